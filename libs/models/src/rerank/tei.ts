import { z } from 'zod';

import type { RerankProtocol } from './endpoint.ts';

/** The protocol of Hugging Face's Text Embeddings Inference: `POST /rerank`. The server has one model, so none is named. */
export const tei: RerankProtocol = {
  provider: 'tei',
  url: undefined,
  request: (query, texts) => ({ query, texts, raw_scores: false, return_text: false, truncate: true }),
  answer: z.array(z.object({ index: z.int().min(0), score: z.number() })),
};
