import { z } from 'zod';

const share = z.number().min(0).max(10);

/** How memories are found again (ME-2). Unknown keys are refused. What the defaults rest on: docs/recall.md. */
export const RecallConfigSchema = z
  .strictObject({
    candidates: z.int().min(10).max(1000).default(100).describe('How many memories each source is asked for.'),
    bm25_weight: share.default(1).describe('How much the words count. 0: words are not searched for.'),
    dense_weight_lexical: share
      .default(0.1)
      .describe('How much vectors count where the embedder is the built-in one, which knows words only. 0: not asked.'),
    dense_weight_model: share
      .default(0.35)
      .describe('How much vectors count where the embedder is a model. 0: not asked.'),
    graph_weight: share.default(0.2).describe('How much relations count. 0: the graph is not asked.'),
    related: z
      .boolean()
      .default(true)
      .describe('Whether words of the same everyday topic are searched for beside those of the query.'),
    hints: z
      .boolean()
      .default(true)
      .describe('Whether speakers, times and quoted words of the query raise what fits them.'),
    source_timeout_ms: z.int().min(10).max(60_000).default(2_000).describe('What has not answered then is left out.'),
    rerank_top: z.int().min(2).max(200).default(30).describe('How many of the first a cross-encoder reads.'),
    rerank_share: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .describe('How much the cross-encoder counts beside the order before it.'),
    rerank_timeout_ms: z
      .int()
      .min(10)
      .max(120_000)
      .default(5_000)
      .describe('When the cross-encoder has not answered then, the order before it is kept.'),
    context_span: z
      .int()
      .min(0)
      .max(5)
      .default(1)
      .describe('Neighbours on either side that are shown with a hit. 0: none.'),
  })
  .prefault({});

/** How memories are found again, defaults filled in. */
export type RecallConfig = z.output<typeof RecallConfigSchema>;
