import type { RerankProtocol } from './endpoint.ts';
import { resultsWithRelevance } from './results.ts';

/** Cohere's protocol: `POST /v2/rerank`. It knows no return_documents, and gives all results unless told a top_n. */
export const cohere: RerankProtocol = {
  provider: 'cohere',
  url: 'https://api.cohere.com/v2',
  request: (query, documents, model) => ({ model, query, documents }),
  answer: resultsWithRelevance,
};
