import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { JsonObject } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../../testing.ts';
import { openEmbedded, type TestStore } from '../testing.ts';
import { sharedTools } from './shared.ts';

describe('TL-3 agents use shared files', () => {
  let opened: TestStore;
  let tools: TestTools;
  let actions = 0;
  const call = async (tool: string, args: JsonObject, actionId = `a${++actions}`) =>
    (await tools.call(tool, args, { actionId })).result;

  beforeAll(async () => {
    opened = await openEmbedded();
    tools = await openTestTools({ modules: [...sharedTools(opened.store)] });
  });
  afterAll(async () => {
    await tools.close();
    await opened.close();
  });

  it('write, read, list, compare and go back', async () => {
    const made = await call('shared_write', {
      path: 'reports/q3.md',
      content: 'a\nb\n',
      base_version: 0,
      message: 'new',
    });
    expect(made).toMatchObject({ ok: true, value: { version: 1, message: 'new', run: 'run_1' } });
    await call('shared_write', { path: 'reports/q3.md', content: 'a\nB\n', base_version: 1 });
    const read = await call('shared_read', { path: 'reports/q3.md' });
    expect(read.value).toMatchObject({ text: 'a\nB\n', version: 2, more: false });
    expect((await call('shared_read', { path: 'reports/q3.md.v1', lines: 1 })).value).toMatchObject({
      text: 'a',
      version: 1,
      more: true,
    });
    expect((await call('shared_diff', { path: 'reports/q3.md', before: 1 })).value).toMatchObject({
      diff: expect.stringContaining('-b\n+B\n'),
    });
    expect((await call('shared_rollback', { path: 'reports/q3.md', version: 1 })).value).toMatchObject({ version: 3 });
    expect((await call('shared_history', { path: 'reports/q3.md' })).value).toMatchObject({
      versions: [{ version: 3, message: 'Back to version 1' }, { version: 2 }, { version: 1 }],
    });
    expect((await call('shared_list', { prefix: 'reports/' })).value).toMatchObject({
      files: [{ path: 'reports/q3.md', version: 3, oldest: 1 }],
      more: false,
    });
  });

  it('make one version of a call that is repeated', async () => {
    const args = { path: 'once.md', content: 'one' };
    const first = await call('shared_write', args, 'same');
    await call('shared_write', { path: 'once.md', content: 'two' });
    expect((await call('shared_write', args, 'same')).value).toEqual(first.value);
    const back = await call('shared_rollback', { path: 'once.md', version: 1 }, 'back');
    expect((await call('shared_rollback', { path: 'once.md', version: 1 }, 'back')).value).toEqual(back.value);
    expect((await opened.store.log('', 'once.md')).length).toBe(3);
  });

  it('get both changes merged where somebody else was first', async () => {
    await call('shared_write', { path: 'both.md', content: '1\n2\n3\n4\n5\n6\n7\n' });
    await call('shared_write', { path: 'both.md', content: '1\ntwo\n3\n4\n5\n6\n7\n', base_version: 1 });
    const late = await call('shared_write', { path: 'both.md', content: '1\n2\n3\n4\n5\nsix\n7\n', base_version: 1 });
    expect(late).toMatchObject({
      ok: false,
      code: 'CONFLICT',
      value: { current: 2, merge: 'clean', merged: '1\ntwo\n3\n4\n5\nsix\n7\n' },
    });
  });

  it('move files of any kind from and to the workspace', async () => {
    await writeFile(join(tools.workspace, 'data.bin'), Buffer.of(0, 1, 2, 255));
    expect((await call('shared_write', { path: 'data.bin', from: 'data.bin' })).value).toMatchObject({ size: 4 });
    expect(await call('shared_read', { path: 'data.bin' })).toMatchObject({ ok: false, code: 'FAILED_PRECONDITION' });
    const saved = await call('shared_read', { path: 'data.bin', save_as: 'copy.bin' });
    expect(saved).toMatchObject({ ok: true, value: { saved_as: '/workspace/copy.bin' } });
    expect(await call('shared_write', { path: 'x', from: '../../etc/passwd' })).toMatchObject({ ok: false });
  });

  it('are told what is wrong', async () => {
    expect(await call('shared_read', { path: 'nothing.md' })).toMatchObject({ ok: false, code: 'NOT_FOUND' });
    expect(await call('shared_write', { path: '/etc/passwd', content: 'x' })).toMatchObject({
      ok: false,
      code: 'INVALID_ARGUMENT',
    });
    expect(await call('shared_write', { path: 'a' })).toMatchObject({ ok: false, code: 'INVALID_ARGUMENT' });
    expect(await call('shared_diff', { path: 'nothing.md', before: 1 })).toMatchObject({
      ok: false,
      code: 'NOT_FOUND',
    });
  });
});
