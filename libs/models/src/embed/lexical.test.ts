import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { testDeps } from '../endpoint/testing.ts';
import { EmbedderConfigSchema } from './config.ts';
import { describeEmbedder, dot } from './conformance.ts';
import { createLexicalEmbedder } from './lexical.ts';
import { openEmbedder } from './open.ts';

const ALIKE = ['postgres replica', 'PostgreSQL replication', 'a bicycle in the garden'] as const;

describeEmbedder('lexical, 1024', () => openEmbedder(EmbedderConfigSchema.parse({}), testDeps()), ALIKE);
describeEmbedder('lexical, 384', () => openEmbedder(EmbedderConfigSchema.parse({ dimensions: 384 }), testDeps()), [
  '爬山的照片',
  '他喜歡爬山拍照',
  '数据库迁移',
]);

describe('ME-2 lexical embedder', () => {
  const embedder = createLexicalEmbedder(1024);
  const cosine = async (a: string, b: string) => {
    const [x, y] = await embedder.embed([a, b], 'document');
    return dot(x, y);
  };

  it('has the same vector for a text on every machine, until its version says otherwise', async () => {
    const vectors = await embedder.embed(['The keys are in the blue box.', '钥匙在蓝色的盒子里', ''], 'document');
    const hash = createHash('sha256');
    for (const vector of vectors) hash.update(new Uint8Array(vector.buffer));
    // Where this fails, raise VERSION in lexical.ts: stores are then embedded again.
    expect([embedder.id, hash.digest('hex').slice(0, 16)]).toEqual(['lexical/v1/1024', '85918ff35305ea17']);
  });

  it.each([
    ['traditional and simplified', '數據庫遷移', '数据库迁移'],
    ['full width', 'ＡＢＣ１２３', 'abc123'],
    ['case', 'HOLDFAST', 'holdfast'],
  ])('takes %s for the same', async (_, a, b) => {
    expect(await cosine(a, b)).toBeCloseTo(1, 5);
  });

  it.each([
    ['a misspelling', 'Elizabeth', 'Elisabeth'],
    ['a compound', 'database', 'databases-backup'],
    ['a shared word of Chinese', '喜欢爬山', '爬山很累'],
  ])('finds %s near', async (_, a, b) => {
    expect(await cosine(a, b)).toBeGreaterThan(0.2);
  });

  it('keeps what has nothing in common apart', async () => {
    const words = ['violin', 'mountain', 'ledger', 'kitchen', 'copper', '钢琴', '高山', '账本', '厨房'];
    for (const [at, a] of words.entries()) {
      for (const b of words.slice(at + 1)) expect(Math.abs(await cosine(a, b))).toBeLessThan(0.25);
    }
  });

  it('counts a word that is repeated less each time', async () => {
    const [once, often, mixed] = await embedder.embed(
      ['violin piano', `${'violin '.repeat(9)} piano`, 'violin'],
      'query',
    );
    expect(dot(often, mixed)).toBeGreaterThan(dot(once, mixed));
    expect(dot(often, mixed)).toBeLessThan(0.97);
  });

  it('gives the same whatever it has seen before', async () => {
    const fresh = createLexicalEmbedder(1024);
    const flood = Array.from({ length: 2000 }, (_, n) =>
      Array.from({ length: 12 }, (__, m) => `w${n * 12 + m}x`).join(' '),
    );
    await fresh.embed(flood, 'document');
    const [after] = await fresh.embed(['w1x and what came before'], 'document');
    const [before] = await embedder.embed(['w1x and what came before'], 'document');
    expect(after).toEqual(before);
  });
});
