import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { commonpb, create, type JsonObject, toolspb } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestTools, type TestTools } from '../testing.ts';

let open: TestTools;
beforeEach(async () => {
  open = await openTestTools();
});
afterEach(() => open.close());

async function preview(tool: string, args: JsonObject, workspace = open.workspace) {
  const mounts = create(commonpb.MountsSchema, { workspace });
  return open.tools.dryRun(create(toolspb.DryRunRequestSchema, { tool, arguments: args, mounts }));
}

describe('dry run of shipped tools (TL-5)', () => {
  it('TL-5: write_file shows the lines that would change, and changes none', async () => {
    const path = join(open.workspace, 'a.txt');
    await writeFile(path, 'one\ntwo\nthree\n');
    const told = await preview('write_file', { path: 'a.txt', content: 'one\n2\nthree\nfour\n' });
    expect(told.preview).toMatchObject({ path: '/workspace/a.txt', change: 'modified', bytes_before: 14 });
    expect(told.preview?.['diff']).toBe('@@ -2,1 +2,1 @@\n-two\n+2\n@@ -3,0 +4,1 @@\n+four');
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\n');
    const same = await preview('write_file', { path: 'a.txt', content: 'one\ntwo\nthree\n' });
    expect(same.preview).toMatchObject({ change: 'none' });
    const added = await preview('write_file', { path: 'new/b.txt', content: 'x' });
    expect(added.preview).toMatchObject({ path: '/workspace/new/b.txt', change: 'added', bytes: 1 });
  });

  it('bad input: write_file shows nothing of what lies outside, is no text, or is too large', async () => {
    await symlink('/etc/passwd', join(open.workspace, 'link'));
    const link = await preview('write_file', { path: 'link', content: 'x' });
    expect(JSON.stringify(link.preview ?? {}) + link.noPreview).not.toContain('root:');
    expect((await preview('write_file', { path: '../x', content: '' })).noPreview).not.toBe('');
    await writeFile(join(open.workspace, 'bytes'), Buffer.from([0xff, 0, 1]));
    const bytes = await preview('write_file', { path: 'bytes', content: 'x' });
    expect(bytes.preview).toMatchObject({ change: 'modified', note: expect.stringContaining('not text') });
    await writeFile(join(open.workspace, 'long'), 'x\n'.repeat(5000));
    const long = await preview('write_file', { path: 'long', content: 'x' });
    expect(long.preview).toMatchObject({ lines_before: 5001, lines: 1 });
    const nowhere = await preview('write_file', { path: 'a', content: 'x' }, '');
    expect(nowhere.preview).toMatchObject({ note: expect.stringContaining('Name a run') });
  });

  it('TL-5: bash shows its commands, its effect and the line as it would be run, and runs nothing', async () => {
    const told = await preview('bash', {
      command: 'ls -la | grep "a b" > out.txt; for i in 1 2; do echo $(date); done',
    });
    expect(told.preview?.['commands']).toEqual(['ls -la', 'grep "a b" > out.txt', 'echo $(date)', 'date']);
    expect(told.call?.effect).toBe(commonpb.Effect.WRITE);
    const refused = await preview('bash', { command: 'curl http://x' });
    expect(refused.call?.problem?.code).toBe('REFUSED');
    expect(refused.preview).toBeUndefined();
    expect(open.sandbox.created).toEqual([]);
  });
});
