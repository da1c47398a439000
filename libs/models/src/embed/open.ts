import type { EndpointDeps } from '../endpoint/endpoint.ts';
import type { EmbedderConfig } from './config.ts';
import type { Embedder } from './embedder.ts';
import { createLexicalEmbedder } from './lexical.ts';
import { openOnnxEmbedder } from './onnx.ts';
import { openOpenAiEmbedder } from './openai.ts';

const LEXICAL_DIMENSIONS = 1024;

/**
 * Opens the configured embedder. A server whose `dimensions` are configured is not asked before its first text; one
 * whose are not is asked once, here.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE (the server does not answer, the runtime of local models or a key is missing),
 *   MODEL_RATE_LIMITED, MODEL_MALFORMED, MODEL_REJECTED, CANCELED; CONFIG_INVALID where the folder holds no model.
 */
export async function openEmbedder(
  config: EmbedderConfig,
  deps: EndpointDeps,
  signal?: AbortSignal,
): Promise<Embedder> {
  switch (config.provider) {
    case 'lexical':
      return createLexicalEmbedder(config.dimensions ?? LEXICAL_DIMENSIONS);
    case 'openai':
      return openOpenAiEmbedder(config, deps, signal);
    case 'onnx':
      return openOnnxEmbedder(config, signal);
  }
}
