import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Embedder } from './embedder.ts';

const TEXTS = [
  'The deadline of the project moved to Friday.',
  '项目的截止日期改到了星期五。',
  '用React写的登录页 src/pages/login.tsx v1.2.3',
  'ＡＢＣ１２３ ｆｕｌｌ ｗｉｄｔｈ',
  '👩‍🚀🚀',
];
const BROKEN = [
  '',
  '   \n',
  '\0',
  'a\0b',
  'lone \ud800 surrogate',
  '\udc00',
  'x'.repeat(300_000),
  '字'.repeat(100_000),
];

/**
 * The suite that every embedder passes.
 *
 * @param open gives a sentence where the product cannot run here
 * @param like two texts that the model takes for more alike than the third
 */
export function describeEmbedder(
  product: string,
  open: () => Promise<Embedder | string>,
  like: readonly [string, string, string],
): void {
  describe(`ME-2 embedder ${product}`, () => {
    let embedder: Embedder | undefined;
    let missing = '';
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else embedder = opened;
    });
    afterAll(() => embedder?.close());
    const test = (title: string, body: (embedder: Embedder) => Promise<void>) =>
      it(title, async (context) => {
        if (!embedder) return context.skip(missing);
        await body(embedder);
      });

    test('gives vectors of its dimensions and of unit length, in the order of the texts', async (subject) => {
      const vectors = await subject.embed(TEXTS, 'document');
      expect(vectors).toHaveLength(TEXTS.length);
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array);
        expect(vector).toHaveLength(subject.dimensions);
        expect(length(vector)).toBeCloseTo(1, 5);
      }
      for (const [at, text] of TEXTS.entries()) {
        const [alone] = await subject.embed([text], 'document');
        expect(dot(alone, vectors[at])).toBeCloseTo(1, 4);
      }
    });

    test('gives a vector for a text that is empty, broken or very long', async (subject) => {
      const vectors = await subject.embed(BROKEN, 'document');
      expect(vectors).toHaveLength(BROKEN.length);
      for (const vector of vectors) expect(length(vector)).toBeCloseTo(1, 5);
    });

    test('takes no text, and more texts than it takes at once', async (subject) => {
      expect(await subject.embed([], 'query')).toEqual([]);
      const many = Array.from({ length: subject.maxBatch * 2 + 1 }, (_, n) => TEXTS[n % TEXTS.length] ?? '');
      const vectors = await subject.embed(many, 'document');
      expect(vectors).toHaveLength(many.length);
      expect(dot(vectors[0], vectors[TEXTS.length])).toBeCloseTo(1, 4);
      expect(dot(vectors[0], vectors.at(-1 - ((many.length - 1) % TEXTS.length)))).toBeCloseTo(1, 4);
    });

    test('finds what is alike nearer than what is not', async (subject) => {
      const [asked, near, far] = [
        ...(await subject.embed([like[0]], 'query')),
        ...(await subject.embed([like[1], like[2]], 'document')),
      ];
      expect(dot(asked, near)).toBeGreaterThan(dot(asked, far));
    });

    test('answers many callers at once, each with its own', async (subject) => {
      const alone = await subject.embed(TEXTS, 'document');
      const all = await Promise.all(TEXTS.map((text) => subject.embed([text], 'document')));
      for (const [at, vectors] of all.entries()) expect(dot(vectors[0], alone[at])).toBeCloseTo(1, 4);
    });

    test('is cancelled with CANCELED, and works on', async (subject) => {
      await expect(subject.embed(TEXTS, 'document', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELED' });
      expect(await subject.embed(['on'], 'query')).toHaveLength(1);
    });

    test('names what its vectors depend on', async (subject) => {
      expect(subject.id).toMatch(/^(?:lexical|openai|onnx)\/\S+$/);
      expect(subject.id).toContain(String(subject.dimensions));
    });
  });
}

/** The cosine of two vectors of unit length. */
export function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (const [at, value] of (a ?? new Float32Array()).entries()) sum += value * (b?.[at] ?? Number.NaN);
  return a === undefined ? Number.NaN : sum;
}

function length(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}
