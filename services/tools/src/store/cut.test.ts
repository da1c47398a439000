import { createHash, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { CHUNK_BYTES, cutContent } from './cut.ts';
import { steadyBytes } from './testing.ts';

async function cut(content: Buffer, pieceBytes = content.length || 1): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += pieceBytes) pieces.push(content.subarray(at, at + pieceBytes));
  const chunks: Buffer[] = [];
  for await (const chunk of cutContent(pieces)) chunks.push(chunk);
  return chunks;
}

const names = (chunks: readonly Buffer[]) => chunks.map((chunk) => createHash('sha256').update(chunk).digest('hex'));

describe('TL-3 content-defined chunks', () => {
  const content = steadyBytes(2_000_000);

  it('are the whole content, within their bounds, and near the normal size', async () => {
    const chunks = await cut(content);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.length).toBeGreaterThanOrEqual(CHUNK_BYTES.least);
      expect(chunk.length).toBeLessThanOrEqual(CHUNK_BYTES.most);
    }
    const mean = content.length / chunks.length;
    expect(mean).toBeGreaterThan(8192);
    expect(mean).toBeLessThan(32_768);
  });

  it('do not depend on the pieces in which the content comes', async () => {
    const whole = names(await cut(content));
    for (const pieceBytes of [1, 1000, 4096, 65_537]) {
      expect(names(await cut(content.subarray(0, 300_000), pieceBytes))).toEqual(
        names(await cut(content.subarray(0, 300_000))),
      );
    }
    expect(names(await cut(content, 70_001))).toEqual(whole);
  });

  it('stay the same but for those near an edit', async () => {
    const before = new Set(names(await cut(content)));
    const middle = content.length / 2;
    const edits = [
      Buffer.concat([Buffer.from('!'), content]),
      Buffer.concat([content.subarray(0, middle), Buffer.from('some new words'), content.subarray(middle)]),
      Buffer.concat([content.subarray(0, middle), content.subarray(middle + 5000)]),
    ];
    for (const edited of edits) {
      const fresh = names(await cut(edited)).filter((name) => !before.has(name));
      expect(fresh.length).toBeLessThanOrEqual(4);
    }
  });

  it('are cut at these very places for ever', async () => {
    const chunks = await cut(steadyBytes(200_000));
    expect(chunks.map((chunk) => chunk.length)).toMatchInlineSnapshot(`
      [
        19574,
        19993,
        27896,
        17147,
        17587,
        22683,
        18724,
        14924,
        22874,
        17096,
        1502,
      ]
    `);
  });

  it('take what has no places to cut, and nothing at all', async () => {
    expect((await cut(Buffer.alloc(200_000))).map((chunk) => chunk.length)).toEqual([65_536, 65_536, 65_536, 3392]);
    expect(await cut(Buffer.alloc(0))).toEqual([]);
    const tiny = randomBytes(10);
    expect(await cut(tiny)).toEqual([tiny]);
  });
});
