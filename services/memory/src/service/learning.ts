import { create, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Learner } from '../learn/learner.ts';
import type { MemoryRecord } from '../record.ts';
import { callerOf, memoryOf, scopeOf } from '../wire.ts';
import { rememberedOf } from './memories.ts';

/** What learning is called with. */
export interface LearningCallDeps {
  readonly learner: Learner;
  /** R of a memory at this moment. */
  readonly retention: (record: MemoryRecord) => number;
}

/** Learning from runs as clients call it. */
export function learningApi({ learner, retention }: LearningCallDeps): Pick<MemoryApi, 'learnFromRun'> {
  return {
    async learnFromRun(request, options) {
      const { added, by } = await learner.learn(
        {
          runId: request.runId,
          scope: scopeOf(callerOf(request.caller), request.scope),
          task: request.task,
          status: request.status,
          transcript: request.transcript.map(({ role, text, actionId, tool, ok, at }) => ({
            role,
            text,
            actionId,
            tool,
            ok,
            at,
          })),
        },
        options?.signal,
      );
      return create(memorypb.LearnFromRunResponseSchema, {
        remembered: added.map((one) => rememberedOf(one, (record) => memoryOf(record, retention(record)))),
        by,
      });
    },
  };
}
