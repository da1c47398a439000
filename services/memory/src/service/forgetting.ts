import { create, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Forgetting } from '../forgetting/forgetting.ts';
import type { MemoryRecord } from '../record.ts';
import { callerOf, memoryOf, viewerOf } from '../wire.ts';

/** What forgetting is called with. */
export interface ForgettingCallDeps {
  readonly forgetting: Forgetting;
  /** R of a memory at this moment. */
  readonly retention: (record: MemoryRecord) => number;
}

/** Forgetting as clients call it. */
export function forgettingApi({ forgetting, retention }: ForgettingCallDeps): Pick<MemoryApi, 'compress'> {
  return {
    async compress(request, options) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const { compressed, alone } = await forgetting.compress(viewer, request.dryRun, options?.signal);
      return create(memorypb.CompressResponseSchema, {
        clusters: compressed.map(({ summary, originals, by }) => ({
          ids: originals.map(({ id }) => id),
          by,
          ...(summary ? { summary: memoryOf(summary, retention(summary)) } : {}),
        })),
        alone,
      });
    },
  };
}
