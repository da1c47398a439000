import { afterAll, describe, expect, it } from 'vitest';

import { testDeps } from '../endpoint/testing.ts';
import { missingRuntime } from '../folder/testing/missing-runtime.ts';
import { temporaryFolders } from '../folder/testing/temporary.ts';
import { type TinyModelOptions, writeTinyCrossEncoder } from '../folder/testing/tiny-model.ts';
import { RerankerConfigSchema } from './config.ts';
import { describeReranker } from './conformance.ts';
import { openReranker } from './open.ts';
import type { Reranker } from './reranker.ts';

const folders = temporaryFolders();
afterAll(folders.remove);
const missing = missingRuntime();

async function opened(options: TinyModelOptions = {}): Promise<Reranker> {
  const folder = folders.make();
  writeTinyCrossEncoder(folder, options);
  const reranker = await openReranker(RerankerConfigSchema.parse({ provider: 'onnx', folder }), testDeps());
  if (!reranker) throw new Error('no reranker');
  return reranker;
}

describeReranker('in a local folder', async () => missing ?? opened());

describe('ME-2 reranker in a local folder', () => {
  const test = (title: string, body: () => Promise<void>) =>
    it(title, async (context) => {
      if (missing !== undefined) return context.skip(missing);
      await body();
    });
  const texts = ['the red bicycle', 'a cat sleeps', 'bread'];

  test('takes two labels for no and yes', async () => {
    const [one, two] = [await opened(), await opened({ labels: 2 })];
    const [a, b] = [await one.rerank('red bicycle', texts), await two.rerank('red bicycle', texts)];
    for (const [at, score] of a.entries()) expect(b[at]).toBeCloseTo(score, 6);
    await Promise.all([one.close(), two.close()]);
  });

  test('refuses a model that is no cross-encoder', async () => {
    await expect(opened({ labels: 3 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('refuses a score that is no number', async () => {
    const reranker = await opened({ constant: Number.NaN });
    await expect(reranker.rerank('red', texts)).rejects.toMatchObject({ code: 'MODEL_MALFORMED' });
    await reranker.close();
  });

  test('reads the text beside a query of any length', async () => {
    const reranker = await opened();
    const [near = NaN, far = NaN] = await reranker.rerank(`red ${'unknown '.repeat(500)}`, [
      'the red bicycle',
      'bread',
    ]);
    expect(near).toBeGreaterThan(far);
    await reranker.close();
  });
});
