import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { testDeps } from '../endpoint/testing.ts';
import { missingRuntime } from '../folder/testing/missing-runtime.ts';
import { temporaryFolders } from '../folder/testing/temporary.ts';
import { type TinyModelOptions, writeTinyEmbedder } from '../folder/testing/tiny-model.ts';
import { EmbedderConfigSchema } from './config.ts';
import { describeEmbedder, dot } from './conformance.ts';
import type { Embedder } from './embedder.ts';
import { openEmbedder } from './open.ts';

const folders = temporaryFolders();
afterAll(folders.remove);
const missing = missingRuntime();

function opened(folder: string, more: object = {}): Promise<Embedder> {
  return openEmbedder(EmbedderConfigSchema.parse({ provider: 'onnx', folder, ...more }), testDeps());
}

function tiny(options: TinyModelOptions = {}): string {
  const folder = folders.make();
  writeTinyEmbedder(folder, options);
  return folder;
}

const ALIKE = ['the red bicycle', 'a red bicycle', 'bread and butter'] as const;
describeEmbedder('in a local folder, mean', async () => missing ?? opened(tiny()), ALIKE);
describeEmbedder('in a local folder, as its 1_Pooling says', async () => missing ?? opened(tiny({ pooling: 'mean' })), [
  '红车在家',
  '红车',
  '猫睡',
]);

describe('ME-2 embedder in a local folder', () => {
  const test = (title: string, body: () => Promise<void>) =>
    it(title, async (context) => {
      if (missing !== undefined) return context.skip(missing);
      await body();
    });

  test('is named by what its vectors depend on: model, reading and prefixes', async () => {
    const folder = tiny();
    const variants = await Promise.all([
      opened(folder),
      opened(tiny({ seed: 2 })),
      opened(folder, { max_tokens: 8 }),
      opened(tiny({ pooling: 'cls' })),
      opened(folder, { query_prefix: 'query: ' }),
    ]);
    expect(new Set(variants.map(({ id }) => id.replace(/^onnx\/[^/]+/, ''))).size).toBe(5);
    expect((await opened(folder)).id).toBe(variants[0]?.id);
    await Promise.all(variants.map((each) => each.close()));
  });

  test('reads no further than its model does, and keeps the end token', async () => {
    const embedder = await opened(tiny({ maxTokens: 8 }));
    const [six, seven] = await embedder.embed(
      ['red cat box bread home x', 'red cat box bread home x butter'],
      'document',
    );
    expect(dot(six, seven)).toBeCloseTo(1, 5);
    const [five] = await embedder.embed(['red cat box bread home'], 'document');
    expect(dot(six, five)).toBeLessThan(0.9999);
    await embedder.close();
  });

  test('refuses vectors without a length', async () => {
    for (const constant of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const embedder = await opened(tiny({ constant }));
      await expect(embedder.embed(['a'], 'query')).rejects.toMatchObject({ code: 'MODEL_MALFORMED' });
      await embedder.close();
    }
  });

  test('is cancelled while it works, and works on', async () => {
    const embedder = await opened(tiny());
    const stop = new AbortController();
    const texts = Array.from({ length: 2000 }, (_, n) => `the red bicycle ${n}`);
    const working = embedder.embed(texts, 'document', stop.signal);
    setImmediate(() => stop.abort());
    await expect(working).rejects.toMatchObject({ code: 'CANCELED' });
    expect(await embedder.embed(['a'], 'query')).toHaveLength(1);
    await embedder.close();
    await expect(embedder.embed(['a'], 'query')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  const broken: [what: string, make: (folder: string) => void][] = [
    ['has no model', () => {}],
    ['has a model that is none', (folder) => writeFileSync(join(folder, 'onnx', 'model.onnx'), 'not a model')],
    ['has half a model', (folder) => truncateSync(join(folder, 'onnx', 'model.onnx'), 200)],
    ['has a tokenizer that is none', (folder) => writeFileSync(join(folder, 'tokenizer.json'), '{"model":{}}')],
    ['has no tokenizer', (folder) => rmSync(join(folder, 'tokenizer.json'))],
  ];
  for (const [what, damage] of broken) {
    test(`refuses a folder that ${what}`, async () => {
      const folder = what === 'has no model' ? folders.make() : tiny();
      damage(folder);
      await expect(opened(folder)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(folder) as string,
      });
    });
  }

  test('takes the first token where its 1_Pooling says so', async () => {
    const embedder = await opened(tiny({ pooling: 'cls' }));
    const [one, other] = await embedder.embed(['red bicycle', 'cat'], 'document');
    // The tiny model reads each token by itself: the first one is the same in every text.
    expect(dot(one, other)).toBeCloseTo(1, 5);
    await embedder.close();
  });
});
