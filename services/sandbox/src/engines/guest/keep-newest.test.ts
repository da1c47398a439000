import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { keepNewest, markUsed } from './keep-newest.ts';

it('keeps what was used last, and what is in use', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-newest-'));
  try {
    for (const [i, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      await mkdir(join(folder, name));
      await markUsed(join(folder, name), new Date(1_000_000 + i * 1000));
    }
    await markUsed(join(folder, 'b'), new Date(2_000_000));
    expect((await keepNewest(folder, 2, new Set(['c']))).toSorted()).toEqual(['a', 'd']);
    expect((await readdir(folder)).toSorted()).toEqual(['b', 'c', 'e']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
