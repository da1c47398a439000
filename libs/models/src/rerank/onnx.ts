import { basename, resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import { unusable } from '../folder/layout.ts';
import { openFolderModel } from '../folder/model.ts';
import { readable } from '../readable.ts';
import type { RerankerConfig } from './config.ts';
import type { Reranker } from './reranker.ts';
import { sigmoid } from './scores.ts';

/**
 * A cross-encoder in a local folder. Of one logit the logistic function is the score; of two (no, yes) that of their
 * difference, which is what softmax gives the second.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE where its runtime is not installed, CONFIG_INVALID where the folder holds no
 *   cross-encoder, CANCELED.
 */
export async function openOnnxReranker(config: RerankerConfig, signal?: AbortSignal): Promise<Reranker> {
  const { folder = '', max_tokens: maxTokens } = config;
  const model = await openFolderModel({ folder, task: 'score', maxTokens }, signal);
  const { width, fingerprint } = model;
  if (width !== 1 && width !== 2) {
    await model.close();
    throw unusable(folder, `its model gives ${width} numbers for a query and a text, where a cross-encoder gives one`);
  }
  const id = `onnx/${basename(resolve(folder))}/${fingerprint}`;
  return {
    id,
    async rerank(query, texts, canceled) {
      const read = texts.map((text) => readable(text, '', text.length));
      const rows = await model.run(read, readable(query, '', query.length), canceled);
      return texts.map((_, at) => {
        const logit = width === 1 ? rows[at] : (rows[at * 2 + 1] ?? NaN) - (rows[at * 2] ?? NaN);
        if (logit === undefined || !Number.isFinite(logit)) throw noNumber(id);
        return sigmoid(logit);
      });
    },
    close: () => model.close(),
  };
}

function noNumber(id: string): HoldfastError {
  const message = `${id}: the model made a score that is no number. Nothing of it was used. Check the files of its folder.`;
  return new HoldfastError('MODEL_MALFORMED', message);
}
