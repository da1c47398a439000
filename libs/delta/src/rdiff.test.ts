import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { memoryBasis } from './basis.ts';
import { deltaOf, signatureOf } from './files.ts';
import { signatureShape } from './kinds.ts';
import { makeDelta } from './make-delta.ts';
import { patch } from './patch.ts';
import { readSignature } from './signature.ts';
import { collect, pieces } from './testing/collect.ts';
import { everyCommand } from './testing/every-command.ts';
import { type Pair, pairs } from './testing/pairs.ts';
import { HAS_RDIFF, rdiffAll, rdiffOptions, WITHOUT_RDIFF } from './testing/rdiff.ts';

const PAIRS = pairs(200);

describe.skipIf(!HAS_RDIFF)(`TL-3 the formats of librsync, both ways with rdiff${WITHOUT_RDIFF}`, () => {
  let folder: string;
  const file = (index: number, name: string) => join(folder, `${index}.${name}`);
  const each = async (work: (pair: Pair, index: number) => Promise<void>) => {
    for (const [index, pair] of PAIRS.entries()) await work(pair, index);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-delta-'));
    await each(async ({ before, after, kind, blockBytes, strongBytes }, index) => {
      await writeFile(file(index, 'before'), before);
      await writeFile(file(index, 'after'), after);
      const wish = { kind, strongBytes, ...(blockBytes === undefined ? {} : { blockBytes }) };
      await writeFile(file(index, 'sig'), signatureOf(file(index, 'before'), wish));
    });
    await rdiffAll(
      folder,
      PAIRS.flatMap(({ kind, blockBytes, strongBytes }, n) => [
        `${rdiffOptions(kind)} -b ${blockBytes ?? 0} -S ${strongBytes} signature ${n}.before ${n}.rdiff-sig`,
        `delta ${n}.sig ${n}.after ${n}.rdiff-delta`,
      ]),
    );
    await each(async (_, index) => {
      const signature = await readSignature([await readFile(file(index, 'rdiff-sig'))]);
      await writeFile(file(index, 'delta'), deltaOf(signature, file(index, 'after')));
    });
    await rdiffAll(
      folder,
      PAIRS.map((_, n) => `patch ${n}.before ${n}.delta ${n}.rdiff-out`),
    );
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(PAIRS.map((pair, index) => [pair.name, pair, index] as const))('%s', async (_name, pair, index) => {
    const { before, after } = pair;
    const signatureBytes = await readFile(file(index, 'sig'));
    // The same signature, byte for byte; rdiff then made a delta of ours.
    expect(signatureBytes.equals(await readFile(file(index, 'rdiff-sig')))).toBe(true);
    const theirs = await readFile(file(index, 'rdiff-delta'));
    expect((await collect(patch(memoryBasis(before), [theirs]))).equals(after)).toBe(true);
    // Ours, of rdiff's signature, was applied by rdiff.
    const ours = await readFile(file(index, 'delta'));
    expect((await readFile(file(index, 'rdiff-out'))).equals(after)).toBe(true);
    // Ours by ours, in pieces of odd sizes.
    const signature = await readSignature(pieces(signatureBytes, 7));
    const again = await collect(makeDelta(signature, pieces(after, 1 + (index % 700))));
    expect(again.equals(ours)).toBe(true);
    expect((await collect(patch(memoryBasis(before), pieces(again, 1 + (index % 50))))).equals(after)).toBe(true);
    // As short as rdiff's, but for what copies that rdiff joins and we do not, or the other way round, may take.
    expect(ours.length).toBeLessThanOrEqual(theirs.length + 64);
  });

  it.each([0, 1, 65_535, 65_536, 65_537, 300_000, 20_000_000])(
    'makes blocks of a file of %i bytes as long as rdiff does, with strong sums that it calls long enough',
    async (size) => {
      await writeFile(join(folder, 'shape'), '');
      await truncate(join(folder, 'shape'), size);
      await rdiffAll(folder, ['-S -1 signature shape shape.sig']);
      const theirs = await readSignature([await readFile(join(folder, 'shape.sig'))]);
      const ours = signatureShape(size);
      expect({ kind: ours.kind, blockBytes: ours.blockBytes }).toStrictEqual({
        kind: theirs.kind,
        blockBytes: theirs.blockBytes,
      });
      expect(ours.strongBytes).toBe(Math.max(8, theirs.strongBytes));
    },
  );

  it('reads every command of the format as rdiff does', async () => {
    const { before, delta, after } = everyCommand();
    await writeFile(join(folder, 'every.before'), before);
    await writeFile(join(folder, 'every.delta'), delta);
    await rdiffAll(folder, ['patch every.before every.delta every.out']);
    expect((await readFile(join(folder, 'every.out'))).equals(after)).toBe(true);
    expect((await collect(patch(memoryBasis(before), pieces(delta, 3)))).equals(after)).toBe(true);
  });
});
