import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Reranker } from './reranker.ts';

const QUERY = 'where is the red bicycle';
const TEXTS = ['a cat sleeps', 'the red bicycle is in the cellar', 'bread and butter'];

/**
 * The suite that every reranker passes.
 *
 * @param open gives a sentence where the product cannot run here
 */
export function describeReranker(product: string, open: () => Promise<Reranker | string>): void {
  describe(`ME-2 reranker ${product}`, () => {
    let reranker: Reranker | undefined;
    let missing = '';
    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') missing = opened;
      else reranker = opened;
    });
    afterAll(() => reranker?.close());
    const test = (title: string, body: (reranker: Reranker) => Promise<void>) =>
      it(title, async (context) => {
        if (!reranker) return context.skip(missing);
        await body(reranker);
      });

    test('scores each text from 0 to 1, in the order of the texts', async (subject) => {
      const scores = await subject.rerank(QUERY, TEXTS);
      expect(scores).toHaveLength(3);
      for (const score of scores) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
      expect(Math.max(...scores)).toBe(scores[1]);
      const turned = await subject.rerank(QUERY, TEXTS.toReversed());
      for (const [at, score] of turned.toReversed().entries()) expect(score).toBeCloseTo(scores[at] ?? NaN, 5);
    });

    test('gives a text the same score whatever stands beside it', async (subject) => {
      const together = await subject.rerank(QUERY, ['red', ...TEXTS]);
      const [alone = NaN] = await subject.rerank(QUERY, ['red']);
      expect(alone).toBeCloseTo(together[0] ?? NaN, 5);
    });

    test('reads Chinese', async (subject) => {
      const [near = NaN, far = NaN] = await subject.rerank('红车在哪里', ['红车在家', '猫睡']);
      expect(near).toBeGreaterThan(far);
    });

    test('takes no text, empty, broken and very long ones, and an empty query', async (subject) => {
      expect(await subject.rerank(QUERY, [])).toEqual([]);
      const texts = ['', '\0', '\ud800', 'red '.repeat(50_000), '红'.repeat(50_000), TEXTS[1] ?? ''];
      expect(await subject.rerank(QUERY, texts)).toHaveLength(texts.length);
      expect(await subject.rerank('', TEXTS)).toHaveLength(3);
      expect(await subject.rerank('red '.repeat(20_000), TEXTS)).toHaveLength(3);
    });

    test('takes more texts than go into one request', async (subject) => {
      const texts = Array.from({ length: 100 }, (_, n) => TEXTS[n % 3] ?? '');
      const scores = await subject.rerank(QUERY, texts);
      expect(scores).toHaveLength(100);
      for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(scores[at % 3] ?? NaN, 5);
    });

    test('is cancelled with CANCELED, and works on', async (subject) => {
      await expect(subject.rerank(QUERY, TEXTS, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELED' });
      expect(await subject.rerank(QUERY, TEXTS)).toHaveLength(3);
    });
  });
}
