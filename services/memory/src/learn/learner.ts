import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';
import { fold } from '@holdfast/text';

import type { Draft } from '../record.ts';
import type { Added } from '../records/records.ts';
import { draftsByModel } from './by-model.ts';
import { draftsByRules } from './by-rules.ts';
import type { LearningConfig } from './config.ts';
import type { Keep } from './keep.ts';
import type { EndedRun } from './transcript.ts';
import type { Writer } from './writer.ts';

/** What learning is made of. */
export interface LearnerDeps {
  readonly keep: Keep;
  readonly writer: Writer;
  readonly config: LearningConfig;
  readonly logger: Logger;
}

/** Keeps what a run says that is worth it. */
export interface Learner {
  /** Learning twice from the same run adds nothing. */
  learn(
    run: EndedRun,
    signal?: AbortSignal,
  ): Promise<{ readonly added: readonly Added[]; readonly by: 'model' | 'rules' }>;
}

/** Learns by the model where there is one, and by rules where there is none or it does not answer. */
export function createLearner({ keep, writer, config, logger }: LearnerDeps): Learner {
  const byModel = async (run: EndedRun, signal: AbortSignal | undefined): Promise<readonly Draft[]> => {
    try {
      return await draftsByModel(run, writer, config.max_memories, signal);
    } catch (error) {
      if (HoldfastError.has(error, 'CANCELED')) throw error;
      logger.debug({ err: error, run: run.runId }, 'Rules say what is kept of the run.');
      return [];
    }
  };
  return {
    async learn(run, signal) {
      if (config.max_memories === 0) return { added: [], by: 'rules' };
      const told = await byModel(run, signal);
      const drafts = told.length > 0 ? told : draftsByRules(run);
      const named = drafts.slice(0, config.max_memories).map((draft) => ({ ...draft, id: idOf(run, draft) }));
      const added = named.length === 0 ? [] : await keep(distinct(named), 'content');
      return { added, by: told.length > 0 ? 'model' : 'rules' };
    },
  };
}

/** The same for the same words of the same run. */
function idOf({ runId, scope }: EndedRun, { kind, text }: Draft): string {
  const hash = createHash('sha256').update(JSON.stringify([scope.tenant, runId, kind, fold(text)]));
  return `mem_${hash.digest('hex').slice(0, 32)}`;
}

function distinct<D extends { readonly id: string }>(drafts: readonly D[]): D[] {
  return [...new Map(drafts.map((draft) => [draft.id, draft])).values()];
}
