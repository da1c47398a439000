import { describe, expect, it } from 'vitest';

import { DeltaWriter } from './commands.ts';

function written(write: (writer: DeltaWriter) => void): Buffer {
  const writer = new DeltaWriter();
  write(writer);
  return Buffer.concat(writer.end());
}
const hex = (write: (writer: DeltaWriter) => void) => written(write).toString('hex');

describe('TL-3 the commands of a delta', () => {
  it('of nothing are the end alone', () => {
    expect(hex(() => {})).toBe('7273023600');
  });

  it.each([
    [0, 1, '450001'],
    [255, 256, '46ff0100'],
    [256, 255, '490100ff'],
    [65_535, 65_536, '4bffff00010000'],
    [65_536, 2 ** 32 - 1, '4f00010000ffffffff'],
    [2 ** 32, 2 ** 32, '5400000001000000000000000100000000'],
    [0, 2 ** 40, '48000000010000000000'],
    [2 ** 33, 7, '51000000020000000007'],
  ])('copy from %d, %d bytes, in the least width', (start, length, command) => {
    expect(hex((writer) => writer.copy(start, length))).toBe(`72730236${command}00`);
  });

  it('join copies that follow each other', () => {
    const joined = hex((writer) => {
      writer.copy(0, 100);
      writer.copy(100, 100);
      writer.copy(300, 1);
    });
    expect(joined).toBe('7273023645 00c8 49 012c 01 00'.replaceAll(' ', ''));
  });

  it.each([
    [1, '01'],
    [64, '40'],
    [65, '4141'],
    [255, '41ff'],
    [256, '420100'],
    [65_535, '42ffff'],
    [65_536, '4300010000'],
  ])('name a literal of %d bytes in the least width', (length, head) => {
    const bytes = written((writer) => writer.literal(Buffer.alloc(length, 'x')));
    expect(bytes.subarray(4, bytes.length - 1 - length).toString('hex')).toBe(head);
    expect(bytes).toHaveLength(4 + head.length / 2 + length + 1);
  });

  it('leave out literals of nothing, and keep what was written when its source changes', () => {
    const source = Buffer.from('abc');
    const bytes = written((writer) => {
      writer.literal(Buffer.alloc(0));
      writer.literal(source);
      source.fill('z');
    });
    expect(bytes.toString('latin1', 4)).toBe('\u0003abc\0');
  });
});
