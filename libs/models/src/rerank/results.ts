import { z } from 'zod';

/** The answer that Jina and Cohere give alike: `{ results: [{ index, relevance_score }] }`. */
export const resultsWithRelevance = z
  .object({ results: z.array(z.object({ index: z.int().min(0), relevance_score: z.number() })) })
  .transform(({ results }) => results.map(({ index, relevance_score: score }) => ({ index, score })));
