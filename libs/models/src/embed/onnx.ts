import { basename, resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { openFolderModel } from '../folder/model.ts';
import { readable } from '../readable.ts';
import { inBatches } from './batches.ts';
import type { EmbedderConfig } from './config.ts';
import type { Embedder } from './embedder.ts';
import { variantOf } from './variant.ts';
import { toUnit } from './vector.ts';

const MAX_BATCH = 32;

/**
 * An embedder in a local folder, as sentence-transformers exports it to ONNX.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE where its runtime is not installed, CONFIG_INVALID where the folder holds no
 *   embedder, CANCELED.
 */
export async function openOnnxEmbedder(config: EmbedderConfig, signal?: AbortSignal): Promise<Embedder> {
  const { folder = '', max_tokens: maxTokens } = config;
  const model = await openFolderModel({ folder, task: 'embed', maxTokens }, signal);
  const { width: dimensions, fingerprint } = model;
  const name = `onnx/${basename(resolve(folder))}`;
  const prefixes = { query: config.query_prefix, document: config.document_prefix };
  return {
    id: `${name}/${fingerprint}/${dimensions}${variantOf(config)}`,
    dimensions,
    kind: 'folder',
    maxBatch: MAX_BATCH,
    embed: (texts, purpose, canceled) =>
      inBatches(texts, MAX_BATCH, name, canceled, async (part) => {
        const read = part.map((text) => readable(text, prefixes[purpose], text.length));
        const rows = await model.run(read, undefined, canceled);
        return part.map((_, at) => unitOf(name, rows.slice(at * dimensions, (at + 1) * dimensions)));
      }),
    close: () => model.close(),
  };
}

function unitOf(name: string, vector: Float32Array): Float32Array {
  if (toUnit(vector)) return vector;
  const message = `${name}: the model made a vector without a length (zeros, or no numbers). Nothing of it was used. Check the files of its folder.`;
  throw new HoldfastError('MODEL_MALFORMED', message);
}
