import type { SignatureKind } from '../kinds.ts';

/** An old and a new file, and the shape of the signature to try on them. */
export interface Pair {
  readonly name: string;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly kind: SignatureKind;
  /** Undefined: as rdiff chooses. */
  readonly blockBytes: number | undefined;
  readonly strongBytes: number;
}

/** Numbers in [0, 1) that a seed settles: xorshift. */
export function numbers(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Bytes that a seed settles. */
export function noise(length: number, random: () => number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = Math.floor(random() * 256);
  return bytes;
}

type Make = (size: number, random: () => number) => readonly [Buffer, Buffer];

const at = (size: number, part: number) => Math.floor(size * part);
const insert = (bytes: Buffer, place: number, more: Buffer) =>
  Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
const changed = (bytes: Buffer, ...places: readonly number[]) => {
  const copy = Buffer.from(bytes);
  for (const place of places) copy[place] = (copy[place] ?? 0) ^ 0x55;
  return copy;
};
/** From old bytes to new ones. */
const edit =
  (change: (old: Buffer, random: () => number) => Buffer): Make =>
  (size, random) => {
    const old = noise(size, random);
    return [old, change(old, random)];
  };

const WAYS: Readonly<Record<string, Make>> = {
  identical: edit((old) => old),
  'from nothing': (size, random) => [Buffer.alloc(0), noise(size, random)],
  'to nothing': (size, random) => [noise(size, random), Buffer.alloc(0)],
  'all different': (size, random) => [noise(size, random), noise(size, random)],
  'first byte changed': edit((old) => changed(old, 0)),
  'middle byte changed': edit((old) => changed(old, at(old.length, 0.5))),
  'last byte changed': edit((old) => changed(old, old.length - 1)),
  'inserted at the start': edit((old, random) => insert(old, 0, noise(7, random))),
  'inserted in the middle': edit((old, random) => insert(old, at(old.length, 0.4), noise(333, random))),
  appended: edit((old, random) => insert(old, old.length, noise(at(old.length, 0.3) + 1, random))),
  truncated: edit((old) => old.subarray(0, at(old.length, 0.7))),
  'start cut off': edit((old) => old.subarray(at(old.length, 0.1) + 1)),
  'middle cut out': edit((old) =>
    Buffer.concat([old.subarray(0, at(old.length, 0.3)), old.subarray(at(old.length, 0.6))]),
  ),
  'halves exchanged': edit((old) =>
    Buffer.concat([old.subarray(at(old.length, 0.5)), old.subarray(0, at(old.length, 0.5))]),
  ),
  'pieces shuffled': edit((old, random) => {
    const piece = Math.max(1, at(old.length, 0.07));
    const pieces = Array.from({ length: Math.ceil(old.length / piece) }, (_, index) =>
      old.subarray(index * piece, (index + 1) * piece),
    );
    return Buffer.concat(pieces.toSorted(() => random() - 0.5));
  }),
  'twice over': edit((old) => Buffer.concat([old, old])),
  'one block repeated': (size, random) => {
    const block = noise(256, random);
    const old = Buffer.concat(Array.from({ length: Math.ceil(size / 256) }, () => block)).subarray(0, size);
    return [old, insert(old, at(size, 0.5), noise(100, random))];
  },
  'zeros with islands': (size, random) => {
    const old = Buffer.alloc(size);
    noise(20, random).copy(old, at(size, 0.2));
    return [old, changed(old, at(size, 0.9), at(size, 0.91))];
  },
  'edited all over': edit((old, random) => {
    const places = Array.from({ length: 1 + at(old.length, 0.002) }, () => Math.floor(random() * old.length));
    return insert(changed(old, ...places), at(old.length, random()), noise(3, random));
  }),
};

const SIZES = [
  1, 2, 15, 16, 17, 64, 65, 255, 256, 257, 511, 512, 513, 2047, 2048, 2049, 5000, 65_279, 65_535, 65_536, 65_537,
  65_792, 131_073, 600_000,
];
const BLOCKS = [undefined, 256, 16, undefined, 2048, 1000, 33];
const KINDS: readonly SignatureKind[] = ['rabinkarp-blake2', 'rabinkarp-md4', 'rollsum-blake2', 'rollsum-md4'];

/** `count` pairs: every way meets many sizes, every size many ways, each with other blocks and kinds; always the same ones. */
export function pairs(count: number): Pair[] {
  const ways = Object.entries(WAYS);
  return Array.from({ length: count }, (_, index) => {
    const [way, make] = ways[index % ways.length] as [string, Make];
    // 19 ways and 24 sizes have no common divisor: no pair comes twice.
    const size = SIZES[index % SIZES.length] as number;
    const [before, after] = make(size, numbers(index + 1));
    const kind = KINDS[(index + Math.floor(index / ways.length)) % KINDS.length] as SignatureKind;
    const blockBytes = size < 100 ? [undefined, 1, 2, 3, 16, 64][index % 6] : BLOCKS[index % BLOCKS.length];
    return {
      name: `${index}: ${size} bytes, ${way}, ${kind}, blocks of ${blockBytes ?? 'the usual size'}`,
      before,
      after,
      kind,
      blockBytes,
      strongBytes: index % 3 === 0 ? 16 : 8,
    };
  });
}
