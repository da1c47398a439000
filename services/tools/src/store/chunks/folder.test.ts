import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { describeChunks } from './conformance.ts';
import { createFolderChunks } from './folder.ts';

describeChunks('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-chunks-'));
  return {
    chunks: createFolderChunks(folder),
    damage: (key) => writeFile(join(folder, key.slice(0, 2), key), 'something else'),
    close: () => rm(folder, { recursive: true }),
  };
});

it('TL-3 removes what a killed process had not finished, and touches no strange file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-chunks-'));
  const chunks = createFolderChunks(folder);
  await chunks.put([{ key: `${'ab'.repeat(32)}.${'0'.repeat(16)}`, bytes: Buffer.from('x') }]);
  const left = join(folder, 'ab', `${'ab'.repeat(32)}.${'1'.repeat(16)}.123456.tmp`);
  await writeFile(left, 'half');
  await writeFile(join(folder, 'ab', 'README'), 'not ours');
  await utimes(left, 1, 1);
  await utimes(join(folder, 'ab', 'README'), 1, 1);
  for await (const keys of chunks.list(1_000_000)) expect(keys).toEqual([]);
  expect((await readdir(join(folder, 'ab'))).toSorted()).toEqual(
    [`${'ab'.repeat(32)}.${'0'.repeat(16)}`, 'README'].toSorted(),
  );
  await rm(folder, { recursive: true });
});
