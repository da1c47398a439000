import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openRecordFile } from './record-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-records-'));
});
afterEach(() => rm(folder, { recursive: true }));

const linesOf = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim().split('\n');

it('keeps records of an earlier service, and adds to them (SB-3)', async () => {
  for (const at of [1, 2]) {
    const file = await openRecordFile(join(folder, 'deep', 'audit.jsonl'), (error) => {
      throw error;
    });
    file.add({ at, detail: 'a\nb "磐石"' });
    await file.close();
  }
  expect((await linesOf('deep/audit.jsonl')).map((line) => JSON.parse(line) as unknown)).toEqual([
    { at: 1, detail: 'a\nb "磐石"' },
    { at: 2, detail: 'a\nb "磐石"' },
  ]);
});

it('puts a large file aside, and keeps a bounded number of them', async () => {
  const file = await openRecordFile(join(folder, 'audit.jsonl'), (error) => {
    throw error;
  });
  const detail = 'x'.repeat(1024 * 1024);
  for (let n = 0; n < 220; n += 1) {
    file.add({ n, detail });
    if (n % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await file.close();
  const names = (await readdir(folder)).toSorted();
  expect(names.length).toBeGreaterThan(2);
  expect(names.length).toBeLessThanOrEqual(5);
  for (const name of names) for (const line of await linesOf(name)) JSON.parse(line);
});

it('tells where the disk refuses, and goes on', async () => {
  const problems: unknown[] = [];
  const file = await openRecordFile(join(folder, 'audit.jsonl'), (error) => problems.push(error));
  await file.close();
  const gone = await openRecordFile('/dev/full', (error) => problems.push(error));
  gone.add({ n: 1 });
  await gone.close();
  gone.add({ n: 2 });
  expect(problems.length).toBeGreaterThan(0);
  expect(gone.dropped()).toBe(1);
});
