import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { memoryBasis } from './basis.ts';
import { SIGNATURE_KINDS, signatureShape } from './kinds.ts';
import { makeDelta } from './make-delta.ts';
import { makeSignature } from './make-signature.ts';
import { patch } from './patch.ts';
import { readSignature } from './signature.ts';
import { collect, pieces } from './testing/collect.ts';
import { everyCommand, number } from './testing/every-command.ts';
import { noise, numbers } from './testing/pairs.ts';

const MIB = 1024 ** 2;
const BASIS = memoryBasis(noise(1000, numbers(3)));
const DELTA = '72730236';

/** Runs it; answers the code of the HoldfastError that it ends with, or undefined. Any other error is thrown. */
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (HoldfastError.is(error)) return error.code;
    throw error;
  }
}

const applied = (delta: Uint8Array, maxBytes = 64 * MIB) => collect(patch(BASIS, [delta], { maxBytes }));

describe('TL-3 a malformed delta', () => {
  it.each([
    ['is empty', ''],
    ['has no end', DELTA],
    ['has half a magic number', '7273'],
    ['begins as a signature does', '7273013600'],
    ['has a reserved command', `${DELTA}5500`],
    ['has the last reserved command', `${DELTA}ff00`],
    ['is followed by bytes', `${DELTA}0000`],
    ['ends in a literal', `${DELTA}0361`],
    ['ends in the length of a literal', `${DELTA}4300`],
    ['ends in the numbers of a copy', `${DELTA}4500`],
    ['has a literal of no length', `${DELTA}410000`],
    ['has a copy of no length', `${DELTA}45000000`],
    ['copies one byte too many', `${DELTA}460103e800`],
    ['copies from beyond the end', `${DELTA}4903e80100`],
    ['copies from an offset that has no exact form', `${DELTA}5100200000000000000100`],
    ['copies a negative length', `${DELTA}4800ffffffffffffffff00`],
    ['copies from a negative offset', `${DELTA}5180000000000000000100`],
    ['announces a literal of 2^62 bytes', `${DELTA}44400000000000000000`],
  ])('that %s is refused', async (_what, hex) => {
    expect(await codeOf(applied(Buffer.from(hex, 'hex')))).toBe('INVALID_ARGUMENT');
  });

  it('that announces 8 PiB less a byte is refused before a byte of it is given out', async () => {
    const delta = Buffer.concat([Buffer.from(`${DELTA}44`, 'hex'), number(2 ** 53 - 1, 3), Buffer.alloc(50)]);
    expect(await codeOf(applied(delta))).toBe('TOO_LARGE');
    expect(await codeOf(applied(delta, Number.MAX_SAFE_INTEGER))).toBe('INVALID_ARGUMENT');
  });

  it('that copies the same bytes again and again is refused at the bound', async () => {
    const copies = Buffer.from('460003e8'.repeat(10_000), 'hex');
    const delta = Buffer.concat([Buffer.from(DELTA, 'hex'), copies, Buffer.from([0])]);
    expect(await codeOf(applied(delta, 9_999_999))).toBe('TOO_LARGE');
    expect(await applied(delta, 10_000_000)).toHaveLength(10_000_000);
  });

  it('cut off anywhere is refused', async () => {
    const { before, delta } = everyCommand();
    const basis = memoryBasis(before);
    for (let end = 0; end < delta.length; end++) {
      expect(await codeOf(collect(patch(basis, pieces(delta.subarray(0, end), 100))))).toBe('INVALID_ARGUMENT');
    }
  });

  it('with any bits turned is refused or applied, within its bound', async () => {
    const { before, delta } = everyCommand();
    const basis = memoryBasis(before);
    const random = numbers(4);
    for (let round = 0; round < 3000; round++) {
      const turned = Buffer.from(delta);
      for (let bits = 1 + Math.floor(random() * 4); bits > 0; bits--) {
        const place = Math.floor(random() * turned.length);
        turned[place] = (turned[place] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      const code = await codeOf(collect(patch(basis, [turned], { maxBytes: MIB })));
      expect([undefined, 'INVALID_ARGUMENT', 'TOO_LARGE']).toContain(code);
    }
  });

  it('of noise is refused', async () => {
    for (let seed = 0; seed < 500; seed++) {
      const delta = Buffer.concat([Buffer.from(DELTA, 'hex'), noise(300, numbers(seed))]);
      expect([undefined, 'INVALID_ARGUMENT', 'TOO_LARGE']).toContain(await codeOf(applied(delta)));
    }
  });
});

describe('TL-3 a malformed signature', () => {
  const header = (magic: number, block: number, strong: number) =>
    Buffer.concat([number(magic, 2), number(block, 2), number(strong, 2)]);
  const blake = SIGNATURE_KINDS['rabinkarp-blake2'].magic;
  const md4 = SIGNATURE_KINDS['rollsum-md4'].magic;

  it.each([
    ['is empty', Buffer.alloc(0)],
    ['has half a header', header(blake, 256, 8).subarray(0, 11)],
    ['has the magic number of a delta', header(0x72730236, 256, 8)],
    ['has blocks of no length', header(blake, 0, 8)],
    ['has blocks of 4 GiB', header(blake, 0xffffffff, 8)],
    ['has blocks of 4 MiB and a byte', header(blake, 4 * MIB + 1, 8)],
    ['has no strong sums', header(blake, 256, 0)],
    ['has strong sums longer than BLAKE2', header(blake, 256, 33)],
    ['has strong sums longer than MD4', header(md4, 256, 17)],
    ['ends in a block', Buffer.concat([header(md4, 256, 8), Buffer.alloc(13)])],
  ])('that %s is refused', async (_what, bytes) => {
    expect(await codeOf(readSignature([bytes]))).toBe('INVALID_ARGUMENT');
  });

  it('above its bound is refused', async () => {
    const endless = function* endless() {
      yield header(blake, 256, 8);
      for (;;) yield Buffer.alloc(65_536);
    };
    expect(await codeOf(readSignature(endless(), { maxBytes: 5 * MIB }))).toBe('TOO_LARGE');
  });

  it('cut off, or with any bits turned, is refused, or makes a delta that is only longer', async () => {
    const content = noise(20_000, numbers(5));
    const whole = await collect(makeSignature([content], signatureShape(content.length)));
    const random = numbers(6);
    for (let round = 0; round < 500; round++) {
      const turned = Buffer.from(round % 2 === 0 ? whole : whole.subarray(0, Math.floor(random() * whole.length)));
      // Past the header, of which other tests tell: a block of 4 MiB is allowed, and slow to make 500 times.
      const place = 12 + Math.floor(random() * (turned.length - 12));
      if (place < turned.length) turned[place] = (turned[place] ?? 0) ^ (1 << Math.floor(random() * 8));
      const code = await codeOf(
        (async () => {
          const delta = await collect(makeDelta(await readSignature([turned]), [content]));
          expect((await collect(patch(memoryBasis(content), [delta]))).equals(content)).toBe(true);
        })(),
      );
      expect([undefined, 'INVALID_ARGUMENT']).toContain(code);
    }
  });

  it('whose weak sums are met at every byte, and whose strong sums never, does not make every byte cost a block', async () => {
    const blockBytes = 65_536;
    // Without a bound this would hash 8 Mi x 64 KiB, for a quarter of an hour.
    const content = Buffer.alloc(8 * MIB, 'a');
    const block = await collect(
      makeSignature([content.subarray(0, blockBytes)], { kind: 'rollsum-blake2', blockBytes, strongBytes: 8 }),
    );
    block.fill(0x5a, 16);
    const delta = await collect(makeDelta(await readSignature([block]), [content]));
    expect((await collect(patch(memoryBasis(Buffer.alloc(0)), [delta]))).equals(content)).toBe(true);
  });

  it('with half a million blocks of one weak sum does not make the index slow', async () => {
    const blocks = 500_000;
    const bytes = Buffer.alloc(12 + blocks * 12);
    header(blake, 256, 8).copy(bytes);
    for (let index = 0; index < blocks; index++) bytes.writeUInt32BE(index, 12 + index * 12 + 4);
    const content = noise(100_000, numbers(7));
    const delta = await collect(makeDelta(await readSignature([bytes]), [content]));
    expect((await collect(patch(memoryBasis(Buffer.alloc(0)), [delta]))).equals(content)).toBe(true);
  });
});

describe('TL-3 a shape that cannot be', () => {
  it.each([
    { blockBytes: 0 },
    { blockBytes: -1 },
    { blockBytes: 1.5 },
    { blockBytes: Number.NaN },
    { blockBytes: 4 * MIB + 1 },
    { strongBytes: 0 },
    { strongBytes: 33 },
    { kind: 'rollsum-md4', strongBytes: 17 } as const,
  ])('%o is refused', (wish) => {
    expect(() => signatureShape(1000, wish)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
