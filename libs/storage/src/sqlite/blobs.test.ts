import { expect, it } from 'vitest';

import type { SqlValue } from '../database.ts';
import { packBlobs, unpackBlobs } from './blobs.ts';

const blob = (length: number, value: number) => new Uint8Array(length).fill(value);

it('packs many small blobs into one buffer, and puts each back where it was', () => {
  const rowsOf = (): SqlValue[][] =>
    Array.from({ length: 9 }, (_, at) => [at, blob(at, at), null, at === 4 ? blob(20_000, 7) : `text ${at}`]);
  const rows = rowsOf();
  const packed = packBlobs(rows);
  expect(packed?.bytes).toHaveLength(36);
  expect(rows[5]?.[1]).toBeNull();
  // What is large crosses by itself.
  expect(rows[4]?.[3]).toHaveLength(20_000);
  if (packed) unpackBlobs(rows, packed);
  expect(rows).toEqual(rowsOf());
});

it('leaves few as they are', () => {
  const rows: SqlValue[][] = [
    [1, blob(3, 1)],
    [2, null],
  ];
  expect(packBlobs(rows)).toBeUndefined();
  expect(rows).toEqual([
    [1, blob(3, 1)],
    [2, null],
  ]);
});
