import type { JsonObject, JsonValue } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { isDeeperThan, previewOf } from './preview.ts';

const bytesOf = (value: JsonValue): number => Buffer.byteLength(JSON.stringify(value));

function nested(depth: number): JsonObject {
  let value: JsonObject = { end: true };
  for (let at = 0; at < depth; at += 1) value = { in: value };
  return value;
}

describe('preview of a result (TL-5)', () => {
  it('TL-5: keeps the beginning and the end of a long text, and says how much lies between', () => {
    const shown = previewOf({ text: `first ${'middle '.repeat(20_000)} last` }, 4096);
    expect(bytesOf(shown)).toBeLessThanOrEqual(4096);
    expect(shown['text']).toMatch(/^first middle .*\[\d+ characters left out\].* last$/);
  });

  it('TL-5: keeps the beginning and the end of an array, as an array', () => {
    const rows = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `row ${id}` }));
    const shown = previewOf({ rows, total: 10_000 }, 4096);
    const list = shown['rows'] as JsonValue[];
    expect(bytesOf(shown)).toBeLessThanOrEqual(4096);
    expect(list[0]).toEqual({ id: 0, name: 'row 0' });
    expect(list.at(-1)).toEqual({ id: 9999, name: 'row 9999' });
    expect(list.filter((one) => typeof one === 'string')).toEqual([
      expect.stringMatching(/^\[\d+ of 10000 left out\]$/),
    ]);
    expect(shown['total']).toBe(10_000);
  });

  it.each(['a😀', '字', '\u{1f468}\u200d\u{1f469}', 'é', '"\\\n', '\u0000'])(
    'TL-5: cuts text of %j only between characters, and stays within its bytes',
    (piece) => {
      for (let shift = 0; shift < 4; shift += 1) {
        const shown = previewOf({ text: 'x'.repeat(shift) + piece.repeat(50_000) }, 1024);
        const text = shown['text'] as string;
        expect(bytesOf(shown)).toBeLessThanOrEqual(1024);
        expect(text.isWellFormed()).toBe(true);
        expect(text.length).toBeGreaterThan(64);
      }
    },
  );

  it('bears text that was not whole before', () => {
    const shown = previewOf({ text: '\ud83d'.repeat(9000) }, 1024);
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });

  it('only counts bytes that were given as base64', () => {
    const image = Buffer.alloc(300_000, 7).toString('base64');
    const shown = previewOf({ type: 'image', data: image, alt: 'a cat' }, 1024);
    expect(shown).toEqual({ type: 'image', data: '[base64 of 300000 bytes]', alt: 'a cat' });
  });

  it('bears nesting without end, many keys, and long keys', () => {
    expect(isDeeperThan(nested(50), 64)).toBe(false);
    expect(isDeeperThan(nested(100_000), 64)).toBe(true);
    expect(JSON.stringify(previewOf(nested(100_000), 1024))).toContain('[an object]');
    const keys = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`key ${at}`, at]));
    const shown = previewOf({ keys }, 1024);
    expect(shown['keys']).toMatchObject({ 'key 0': 0, '[left out]': expect.stringContaining('of 5000 keys') });
    expect(bytesOf(previewOf({ ['k'.repeat(1_000_000)]: 1 }, 1024))).toBeLessThanOrEqual(1024);
  });

  it('always ends within its bytes, whatever the shape', () => {
    const wide: JsonObject = {};
    for (let at = 0; at < 40; at += 1) wide[`k${at}`] = Array.from({ length: 40 }, () => [['字'.repeat(500)], {}]);
    for (const most of [512, 1024, 10_000, 100_000]) {
      const shown = previewOf(wide, most);
      expect(bytesOf(shown)).toBeLessThanOrEqual(most);
    }
    expect(bytesOf(previewOf({ __proto__x: 1, toString: 'x'.repeat(5000) }, 512))).toBeLessThanOrEqual(512);
  });
});
