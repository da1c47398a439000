import type { RerankProtocol } from './endpoint.ts';
import { resultsWithRelevance } from './results.ts';

/** Jina's protocol, which vLLM, llama.cpp and others speak too: `POST /v1/rerank`. */
export const jina: RerankProtocol = {
  provider: 'jina',
  url: 'https://api.jina.ai/v1',
  request: (query, documents, model) => ({
    model,
    query,
    documents,
    top_n: documents.length,
    return_documents: false,
  }),
  answer: resultsWithRelevance,
};
