import type { EndpointDeps } from '../endpoint/endpoint.ts';
import { cohere } from './cohere.ts';
import type { RerankerConfig } from './config.ts';
import { openEndpointReranker } from './endpoint.ts';
import { jina } from './jina.ts';
import { openOnnxReranker } from './onnx.ts';
import type { Reranker } from './reranker.ts';
import { tei } from './tei.ts';

/**
 * Opens the configured reranker; undefined where there is none. A server is not asked before its first text.
 *
 * @throws HoldfastError MODEL_UNAVAILABLE where a key or the runtime of local models is missing; CONFIG_INVALID where
 *   the folder holds no cross-encoder.
 */
export async function openReranker(
  config: RerankerConfig,
  deps: EndpointDeps,
  signal?: AbortSignal,
): Promise<Reranker | undefined> {
  switch (config.provider) {
    case 'none':
      return undefined;
    case 'jina':
      return openEndpointReranker(jina, config, deps);
    case 'cohere':
      return openEndpointReranker(cohere, config, deps);
    case 'tei':
      return openEndpointReranker(tei, config, deps);
    case 'onnx':
      return openOnnxReranker(config, signal);
  }
}
