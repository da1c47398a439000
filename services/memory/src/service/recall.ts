import { create, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { MemoryRecord } from '../record.ts';
import type { Hit, Recall } from '../recall/recall.ts';
import { callerOf, filterOf, memoryOf } from '../wire.ts';

const HITS = { normal: 10, most: 100 };

/** What recall is called with. */
export interface RecallCallDeps {
  readonly recall: Recall;
  /** R of a memory at this moment. */
  readonly retention: (record: MemoryRecord) => number;
}

/** Recall as clients call it. */
export function recallApi({ recall, retention }: RecallCallDeps): Pick<MemoryApi, 'recall'> {
  return {
    async recall(request, options) {
      const found = await recall(
        {
          query: request.query,
          filter: filterOf(callerOf(request.caller), request.filter),
          limit: Math.min(request.limit || HITS.normal, HITS.most),
          budgetTokens: request.budgetTokens,
          strengthen: request.strengthen,
        },
        options?.signal,
      );
      return create(memorypb.RecallResponseSchema, {
        hits: found.hits.map((hit) => hitOf(hit, retention(hit.record))),
        missing: found.missing.map((one) => ({ source: one.source, reason: one.reason })),
        tookMs: { ...found.tookMs },
        tokens: found.tokens,
      });
    },
  };
}

function hitOf(hit: Hit, retention: number): memorypb.Hit {
  return create(memorypb.HitSchema, {
    memory: memoryOf(hit.record, retention),
    score: hit.score,
    sources: hit.sources.map(({ source, score, rank }) => ({ source, score, rank })),
    rankBefore: hit.rankBefore,
    rank: hit.rank,
    retentionWeight: hit.retentionWeight,
    matched: [...hit.matched],
    ...(hit.path.length === 0 ? {} : { graph: { path: [...hit.path] } }),
    context: hit.context,
  });
}
