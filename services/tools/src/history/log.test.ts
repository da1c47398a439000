import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openTestHistory, type TestHistory } from './testing.ts';

let test: TestHistory;
let log = '';
beforeEach(async () => {
  test = await openTestHistory();
  log = join(test.folder, 'history', 'log.jsonl');
  await test.call('t1', () => test.write('a', 'one'));
  await test.call('t2', () => test.write('a', 'two!'));
});
afterEach(() => test.close());

it('bears an end that a crash has torn at any byte: what came before it stands, and what comes after it is whole', async () => {
  const whole = await readFile(log);
  const lastLine = whole.lastIndexOf(0x0a, -2) + 1;
  for (const length of [lastLine, lastLine + 1, lastLine + 40, whole.length - 2, whole.length - 1]) {
    await writeFile(log, whole);
    await truncate(log, length);
    expect(await test.told(test.restarted())).toEqual({ t1: ['a: added 3'] });
    const restarted = test.restarted();
    await restarted.record(test.run, { actionId: 't3', attempt: 1 });
    expect(await test.told(restarted)).toEqual({ t1: ['a: added 3'], t3: ['a: modified 4'] });
  }
});

it('bears an end of zeros, as a power loss may leave it', async () => {
  await appendFile(log, Buffer.alloc(100));
  const restarted = test.restarted();
  await test.write('b', 'new');
  await restarted.record(test.run, { actionId: 't3', attempt: 1 });
  expect(await test.told(restarted)).toEqual({ t1: ['a: added 3'], t2: ['a: modified 4'], t3: ['b: added 3'] });
});

it('bears a torn baseline', async () => {
  await truncate(log, 10);
  const restarted = test.restarted();
  await restarted.record(test.run, { actionId: 't3', attempt: 1 });
  expect(await test.told(restarted)).toEqual({});
});

it('is left as it is where it is damaged in the middle', async () => {
  const lines = (await readFile(log, 'utf8')).split('\n');
  const damaged = [lines[0], '{"n":1}', lines[2], ''].join('\n');
  await writeFile(log, damaged);
  const restarted = test.restarted();
  await expect(restarted.list(test.run)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  await expect(restarted.record(test.run, { actionId: 't3', attempt: 1 })).rejects.toMatchObject({
    code: 'STORAGE_CORRUPT',
  });
  expect(await readFile(log, 'utf8')).toBe(damaged);
});
