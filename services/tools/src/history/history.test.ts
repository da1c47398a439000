import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestHistory, type TestHistory } from './testing.ts';

let test: TestHistory;
beforeEach(async () => {
  test = await openTestHistory();
});
afterEach(() => test.close());

const inside = (path: string): string => join(test.run.workspace, path);
const sha = (content: string): string => createHash('sha256').update(content).digest('hex');

describe('the files that a call changed (AG-2)', () => {
  it('are told with what they were before and after, and nothing where nothing changed', async () => {
    await test.call('t1', () => test.write('a.txt', 'one'));
    await test.call('t2', () => undefined);
    await test.call('t3', () => test.write('a.txt', 'two'));
    await test.call('t4', () => rm(inside('a.txt')));
    expect(await test.told()).toEqual({ t1: ['a.txt: added 3'], t3: ['a.txt: modified 3'], t4: ['a.txt: deleted 3'] });
    const { changes } = await test.history.list(test.run);
    expect(changes[1]).toMatchObject({
      n: 2,
      attempt: 1,
      files: [
        {
          before: { sha256: sha('one'), size: 3, mode: 0o644, kept: true, binary: false },
          after: { sha256: sha('two'), size: 3, mode: 0o644, kept: true, binary: false },
        },
      ],
    });
    expect(Buffer.from(await test.history.read(test.run, sha('one'))).toString()).toBe('one');
  });

  it('are found where size and time of change say nothing, and where only the mode changed', async () => {
    const then = new Date(1_700_000_000_000);
    await test.call('t1', async () => {
      await test.write('same', 'one');
      await utimes(inside('same'), then, then);
    });
    await test.call('t2', async () => {
      await test.write('same', 'two');
      await utimes(inside('same'), then, then);
    });
    await test.call('t3', () => chmod(inside('same'), 0o755));
    expect(await test.told()).toEqual({
      t1: ['same: added 3'],
      t2: ['same: modified 3'],
      t3: ['same: modified 3'],
    });
  });

  it('count a renamed file as one that went and one that came, and a touched one as unchanged', async () => {
    await test.call('t1', () => test.write('old', 'content'));
    await test.call('t2', () => rename(inside('old'), inside('new')));
    await test.call('t3', () => test.write('new', 'content'));
    expect(await test.told()).toEqual({ t1: ['old: added 7'], t2: ['new: added 7', 'old: deleted 7'] });
  });

  it('leave out links, pipes, what lies outside, and the files of the platform', async () => {
    await writeFile(join(test.folder, 'secret'), 'secret');
    await test.call('t1', async () => {
      await symlink('../secret', inside('link'));
      await symlink('..', inside('folder'));
      await promisify(execFile)('mkfifo', [inside('pipe')]);
      await test.write('.holdfast/output/t1.stdout', 'much');
      await test.write('.holdfast-0123456789abcdef.tmp', 'half');
      await test.write('d/.holdfast/x', 'of the run');
      await test.write('.git/HEAD', 'ref');
    });
    expect(await test.told()).toEqual({ t1: ['.git/HEAD: added 3', 'd/.holdfast/x: added 10'] });
  });

  it('say of a file whether it is binary', async () => {
    await test.call('t1', async () => {
      await test.write('text', '汉'.repeat(100));
      await test.write('binary', Uint8Array.of(1, 0, 2));
    });
    const { changes } = await test.history.list(test.run);
    const binary = changes[0]?.files.map(({ path, after }) => [path, after?.binary]);
    expect(Object.fromEntries(binary ?? [])).toEqual({ text: false, binary: true });
  });

  it('belong to the call that ends first where calls run at the same time, each once', async () => {
    await test.history.begin(test.run);
    await Promise.all([test.write('a', 'a'), test.write('b', 'b')]);
    const record = (actionId: string) => test.history.record(test.run, { actionId, attempt: 1 });
    await Promise.all([record('t2'), record('t1'), record('t3')]);
    expect(await test.told()).toEqual({ t2: ['a: added 1', 'b: added 1'] });
  });

  it('of an interrupted call go to the next one, also in a new process', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await test.history.begin(test.run);
    await test.write('a', 'two');
    const restarted = test.restarted();
    await restarted.begin(test.run);
    await restarted.record(test.run, { actionId: 't3', attempt: 2 });
    expect(await test.told(restarted)).toEqual({ t1: ['a: added 3'], t3: ['a: modified 3'] });
  });

  it('do not hold what was there before the first call', async () => {
    await test.write('copied', 'old');
    await test.write('d/copied', 'old too');
    await test.call('t1', () => test.write('copied', 'new'));
    expect(await test.told()).toEqual({ t1: ['copied: modified 3'] });
    expect(Buffer.from(await test.history.read(test.run, sha('old'))).toString()).toBe('old');
  });

  it('are the same after what is held in memory was let go', async () => {
    await test.call('t1', () => test.write('a', 'one'));
    await test.history.release(test.run.key);
    await test.call('t2', () => undefined);
    expect(await test.told()).toEqual({ t1: ['a: added 3'] });
  });
});

describe('what is not kept', () => {
  const keptOf = async (): Promise<Record<string, boolean | undefined>> => {
    const { changes } = await test.history.list(test.run);
    return Object.fromEntries(changes.flatMap(({ files }) => files.map(({ path, after }) => [path, after?.kept])));
  };

  it('is a file that is too large: it is named all the same, with its hash', async () => {
    await test.call('t1', () => test.write('large', 'x'.repeat(1001)));
    const { changes } = await test.history.list(test.run);
    const after = { sha256: sha('x'.repeat(1001)), size: 1001, kept: false };
    expect(changes[0]?.files[0]).toMatchObject({ path: 'large', after });
    await expect(test.history.read(test.run, after.sha256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is what no longer fits into the store of the run; the same content twice counts once', async () => {
    const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(900));
    for (const [index, content] of contents.entries()) {
      await test.call(`t${index}`, async () => {
        await test.write(`f${index}`, content);
        await test.write(`again${index}`, content);
      });
    }
    const kept = { f0: true, again0: true, f1: true, again1: true, f2: true, again2: true, f3: false, again3: false };
    expect(await keptOf()).toEqual(kept);
    const restarted = test.restarted();
    await test.write('more', 'e'.repeat(900));
    await restarted.record(test.run, { actionId: 't9', attempt: 1 });
    expect(await keptOf()).toEqual({ ...kept, more: false });
  });

  it('is a file that is too large to be read at all: it has no hash, and is no change while it stays as it is', async () => {
    await test.call('t1', async () => {
      const file = await open(inside('sparse'), 'w');
      await file.truncate(1024 ** 4);
      await file.close();
    });
    await test.call('t2', () => undefined);
    const { changes } = await test.history.list(test.run);
    expect(changes.map(({ files }) => files.map(({ after }) => [after?.sha256, after?.size]))).toEqual([
      [['', 1024 ** 4]],
    ]);
  });

  it('is what lies beyond the bound of one look: what was known then stays so', async () => {
    expect(await test.call('t1', () => test.write('first', 'x'))).toBe(true);
    const complete = await test.call('t2', async () => {
      for (let n = 0; n < 60; n += 1) await test.write(`many/f${n}`, 'x');
    });
    expect(complete).toBe(false);
    const told = await test.told();
    expect(told['t2']?.length).toBeGreaterThan(40);
    expect(told['t2']?.join()).not.toContain('deleted');
  });

  it('can be asked for by a hash only', async () => {
    for (const name of ['', '../log.jsonl', 'x'.repeat(64), sha('a').toUpperCase()]) {
      await expect(test.history.read(test.run, name)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(test.history.read(test.run, sha('a'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('keeps its files beside the workspace, for its own user only', async () => {
  await test.call('t1', () => test.write('a', 'one'));
  const { stdout } = await promisify(execFile)('find', [join(test.folder, 'history'), '-perm', '/077']);
  expect(stdout).toBe('');
});

it('does not follow a folder that is exchanged for a link while it looks (QA-4)', async () => {
  const outside = join(test.folder, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  await mkdir(inside('real'));
  await test.write('real/mine', 'mine');
  const script =
    'ln -s "$1" link; for i in $(seq 200); do mv -T real t; mv -T link real; mv -T real link; mv -T t real; done';
  const racing = promisify(execFile)('sh', ['-c', script, 'sh', outside], { cwd: test.run.workspace });
  const isOver = racing.then(() => true);
  for (let n = 0; !(await Promise.race([isOver, Promise.resolve(false)])); n += 1)
    await test.call(`t${n}`, () => undefined);
  expect(JSON.stringify(await test.told())).not.toContain('secret');
});
