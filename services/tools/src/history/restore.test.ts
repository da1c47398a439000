import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, rmdir, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestHistory, type TestHistory, treeOf } from './testing.ts';

let test: TestHistory;
beforeEach(async () => {
  test = await openTestHistory();
});
afterEach(() => test.close());

const inside = (path: string): string => join(test.run.workspace, path);

/** The files of a fork in which these calls have ended. */
async function fork(actions: readonly (readonly [string, number])[]) {
  const to = join(test.folder, 'forks', String(Math.random()).slice(2), 'workspace');
  const ended = actions.map(([actionId, attempt]) => ({ actionId, attempt }));
  const missing = await test.history.restore(test.run, to, ended);
  return { to, missing, tree: await treeOf(to) };
}

describe('the files of a fork (AG-2)', () => {
  it('are those of the checkpoint: changed, deleted and new ones, modes, and folders that were empty', async () => {
    await test.call('t1', async () => {
      await test.write('changed', 'one', 0o755);
      await test.write('d/deleted', 'here');
      await mkdir(inside('empty'));
    });
    await test.call('t2', async () => {
      await test.write('changed', 'two', 0o600);
      await rm(inside('d'), { recursive: true });
      await rmdir(inside('empty'));
      await test.write('later/new', 'new');
    });
    const first = await fork([['t1', 1]]);
    expect(first).toMatchObject({ missing: [] });
    expect(first.tree).toEqual({ changed: 'one', 'd/': '', 'd/deleted': 'here', 'empty/': '' });
    expect((await stat(join(first.to, 'changed'))).mode & 0o777).toBe(0o755);
    expect((await fork([])).tree).toEqual({});
    const both = { changed: 'two', 'later/': '', 'later/new': 'new' };
    expect(
      (
        await fork([
          ['t1', 1],
          ['t2', 1],
        ])
      ).tree,
    ).toEqual(both);
    expect(await treeOf(test.run.workspace)).toEqual(both);
  });

  it('hold the changes of calls that had ended only, whatever the order in which they did', async () => {
    await test.call('t1.0', () => test.write('a', 'of the first'));
    await test.call('t1.1', () => test.write('b', 'of the second'));
    expect((await fork([['t1.1', 1]])).tree).toEqual({ b: 'of the second' });
  });

  it('hold what earlier attempts of a call did, and not what a later one did', async () => {
    await test.call('t1', () => test.write('a', 'first'), 1);
    await test.call('t1', () => test.write('b', 'second'), 2);
    expect((await fork([['t1', 1]])).tree).toEqual({ a: 'first' });
    expect((await fork([['t1', 2]])).tree).toEqual({ a: 'first', b: 'second' });
  });

  it('do not hold what a call that is under way has written so far', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await test.history.begin(test.run);
    await test.write('a', 'half');
    await test.write('b', 'half');
    expect((await fork([['t1', 1]])).tree).toEqual({ a: 'one' });
  });

  it('are a plain copy where nothing was recorded: links as they are, without pipes', async () => {
    await test.write('d/file', 'text', 0o750);
    await chmod(inside('d'), 0o500);
    await symlink('file', inside('d/link'));
    await symlink('/etc/passwd', inside('out'));
    await promisify(execFile)('mkfifo', [inside('pipe')]);
    const { to, tree, missing } = await fork([['t1', 1]]);
    expect({ tree, missing }).toEqual({
      tree: { 'd/': '', 'd/file': 'text', 'd/link': '-> file', out: '-> /etc/passwd' },
      missing: [],
    });
    expect((await stat(join(to, 'd/file'))).mode & 0o777).toBe(0o750);
    expect((await stat(join(to, 'd'))).mode & 0o777).toBe(0o500);
  });

  it('are an empty folder where the old run has no workspace', async () => {
    await rm(test.run.workspace, { recursive: true });
    expect((await fork([])).tree).toEqual({});
  });

  it('stay as they are now where their version was not kept, and are named', async () => {
    await test.call('t1', async () => {
      await test.write('large', 'x'.repeat(1500));
      await test.write('same', 'y'.repeat(1500));
      await test.write('gone', 'z'.repeat(1500));
      await test.write('small', 'one');
    });
    await test.call('t2', async () => {
      await test.write('large', 'later');
      await test.write('small', 'two');
      await unlink(inside('gone'));
    });
    const { tree, missing } = await fork([['t1', 1]]);
    expect(tree).toEqual({ large: 'later', same: 'y'.repeat(1500), small: 'one' });
    expect([...missing].sort()).toEqual(['gone', 'large']);
  });

  it('are not those of a damaged store: a content that is no longer what it was is as good as lost', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await test.call('t2', () => test.write('a', 'two'));
    const objects = join(test.folder, 'history', 'objects');
    for (const name of await readdir(objects)) await writeFile(join(objects, name), 'damaged');
    expect(await fork([['t1', 1]])).toMatchObject({ tree: { a: 'two' }, missing: ['a'] });
  });

  it('are never written through a link that took the place of a folder or file (QA-4)', async () => {
    const outside = join(test.folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'file'), 'untouched');
    await test.call('t1', async () => {
      await test.write('d/file', 'mine');
      await test.write('file', 'mine too');
    });
    await test.call('t2', async () => {
      await rm(inside('d'), { recursive: true });
      await unlink(inside('file'));
      await symlink(outside, inside('d'));
      await symlink(join(outside, 'file'), inside('file'));
    });
    expect((await fork([['t1', 1]])).tree).toEqual({ 'd/': '', 'd/file': 'mine', file: 'mine too' });
    expect(await treeOf(outside)).toEqual({ file: 'untouched' });
  });

  it('come back where a file became a folder, and the other way round', async () => {
    await test.call('t1', async () => {
      await test.write('file', 'a file');
      await test.write('folder/in', 'it');
    });
    await test.call('t2', async () => {
      await unlink(inside('file'));
      await test.write('file/in', 'it');
      await symlink('in', inside('file/link'));
      await rm(inside('folder'), { recursive: true });
      await test.write('folder', 'a file');
    });
    expect((await fork([['t1', 1]])).tree).toEqual({ file: 'a file', 'folder/': '', 'folder/in': 'it' });
  });

  it('are the base of the fork: its own history begins with them, and it can be forked itself', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await test.call('t2', () => test.write('a', 'two'));
    const { to } = await fork([['t1', 1]]);
    const run = { key: 'acme\0run_2', workspace: to };
    await test.history.begin(run);
    await writeFile(join(to, 'a'), 'three');
    await test.history.record(run, { actionId: 't2', attempt: 1 });
    const { changes } = await test.history.list(run);
    expect(changes.map(({ actionId, files }) => [actionId, files.length, files[0]?.before?.size])).toEqual([
      ['t2', 1, 3],
    ]);
    const again = join(test.folder, 'again', 'workspace');
    expect(await test.history.restore(run, again, [])).toEqual([]);
    expect(await treeOf(again)).toEqual({ a: 'one' });
  });

  it('are all there or not at all: a failure leaves no half of them', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await writeFile(join(test.folder, 'history', 'log.jsonl'), 'damaged\ndamaged\n');
    const to = join(test.folder, 'fork', 'workspace');
    await expect(test.history.restore(test.run, to, [])).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(inside('a'), 'utf8')).toBe('one');
  });

  it('can be read whatever mode the old ones have', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await test.call('t2', () => chmod(inside('a'), 0o400));
    const { to } = await fork([['t1', 1]]);
    expect((await stat(join(to, 'a'))).mode & 0o777).toBe(0o644);
  });
});
