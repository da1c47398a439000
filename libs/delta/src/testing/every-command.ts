import { noise, numbers } from './pairs.ts';

/** A delta in which each of the 85 commands of the format stands, with the files that it lies between. */
export function everyCommand(): { before: Buffer; delta: Buffer; after: Buffer } {
  const random = numbers(85);
  const before = noise(1000, random);
  const delta: Buffer[] = [Buffer.from('72730236', 'hex')];
  const after: Buffer[] = [];
  for (let length = 1; length <= 64; length++) {
    const bytes = noise(length, random);
    delta.push(Buffer.from([length]), bytes);
    after.push(bytes);
  }
  for (let width = 0; width < 4; width++) {
    const bytes = noise(200, random);
    delta.push(Buffer.from([0x41 + width]), number(200, width), bytes);
    after.push(bytes);
  }
  for (let command = 0; command < 16; command++) {
    const start = 17 * command;
    delta.push(Buffer.from([0x45 + command]), number(start, command >> 2), number(100 + command, command & 3));
    after.push(before.subarray(start, start + 100 + command));
  }
  delta.push(Buffer.from([0]));
  return { before, delta: Buffer.concat(delta), after: Buffer.concat(after) };
}

/** A number in 1, 2, 4 or 8 bytes, big-endian. */
export function number(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - 2 ** width);
}
