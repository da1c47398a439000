import { z } from 'zod';

import { type EndpointDeps, malformed, openEndpoint } from '../endpoint/endpoint.ts';
import { readable } from '../readable.ts';
import { inBatches } from './batches.ts';
import type { EmbedderConfig } from './config.ts';
import type { Embedder } from './embedder.ts';
import { variantOf } from './variant.ts';
import { toUnit } from './vector.ts';

const Answer = z.object({
  data: z.array(z.object({ index: z.int().min(0).optional(), embedding: z.array(z.number()) })),
});

/**
 * An embedder behind `POST <url>/embeddings` of any server that speaks OpenAI's protocol. The same model on another
 * server is the same embedder: only what its vectors depend on is in its id.
 *
 * @throws HoldfastError as `openEmbedder` says.
 */
export async function openOpenAiEmbedder(
  config: EmbedderConfig,
  deps: EndpointDeps,
  signal?: AbortSignal,
): Promise<Embedder> {
  const { model = '', url = '', dimensions: wanted } = config;
  const name = `openai/${model}`;
  const endpoint = openEndpoint(name, `${url.replace(/\/+$/, '')}/embeddings`, config, deps);
  const prefixes = { query: config.query_prefix, document: config.document_prefix };

  const ask = (input: readonly string[], expected: number | undefined, canceled?: AbortSignal) =>
    endpoint.ask(
      { model, input, encoding_format: 'float', ...(wanted === undefined ? {} : { dimensions: wanted }) },
      (answer) => vectorsOf(name, answer, input.length, expected),
      canceled,
    );

  const dimensions = wanted ?? (await ask([readable('', '', 1)], undefined, signal))[0]?.length ?? 0;
  return {
    id: `${name}/${dimensions}${variantOf(config)}`,
    dimensions,
    kind: 'endpoint',
    maxBatch: config.max_batch,
    embed: (texts, purpose, canceled) =>
      inBatches(texts, config.max_batch, name, canceled, (part) =>
        ask(
          part.map((text) => readable(text, prefixes[purpose], config.max_chars)),
          dimensions,
          canceled,
        ),
      ),
    close: async () => {},
  };
}

/** The vectors of an answer in the order of the texts: it may give them in another one, each with its index. */
function vectorsOf(name: string, answer: unknown, count: number, expected: number | undefined): Float32Array[] {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) throw malformed(name, 'the server sent something else than embeddings', parsed.error);
  const { data } = parsed.data;
  if (data.length !== count) throw malformed(name, `the server sent ${data.length} vectors for ${count} texts`);
  const vectors: Float32Array[] = [];
  for (const [at, { index = at, embedding }] of data.entries()) {
    const vector = new Float32Array(embedding);
    const length = expected ?? data[0]?.embedding.length;
    if (vector.length !== length || length === 0) {
      throw malformed(name, `the server sent a vector of ${vector.length} numbers where ${length} were expected`);
    }
    if (!toUnit(vector)) throw malformed(name, 'the server sent a vector without a length (zeros, or no numbers)');
    if (index >= count || vectors[index]) throw malformed(name, `the server sent the index ${index} wrongly`);
    vectors[index] = vector;
  }
  return vectors;
}
