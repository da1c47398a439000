import { HoldfastError, type MemoryApi } from '@holdfast/protocol';

import type { Journal } from '../journal/journal.ts';
import { learnRequest } from './learn-request.ts';
import { within } from './limit.ts';

/** Learns from runs that have ended, one after another, and misses none. */
export interface RunLearner {
  start(): Promise<void>;
  /** A run may have ended. */
  wake(): void;
  /** Leaves the run at hand: it is learned from again when somebody starts. */
  stop(): Promise<void>;
}

/** What learning from runs needs. */
export interface RunLearnerDeps {
  readonly journal: Pick<Journal, 'takeToLearn' | 'learned' | 'releaseToLearn' | 'load' | 'read'>;
  readonly memory: Pick<MemoryApi, 'learnFromRun'>;
  /** No other process works on this store: what was being learned from when the last one ended can be taken at once. */
  readonly exclusive: boolean;
  readonly now: () => number;
  readonly problem: (message: string, error: unknown, runId?: string) => void;
}

/** So long may one run take, which is longer than a model may; and so long it then rests where it failed. */
const LEARN_MS = 300_000;
/** About a day. */
const MOST_ATTEMPTS = 288;
const POLL_MS = 30_000;

/** Asks the memory service, which keeps what a run says once, however often it is asked (ME-2). */
export function createRunLearner({ journal, memory, exclusive, now, problem }: RunLearnerDeps): RunLearner {
  const stopping = new AbortController();
  let working: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const learnFrom = async (runId: string, attempts: number): Promise<void> => {
    try {
      const loaded = await journal.load(runId);
      const request = loaded && learnRequest(runId, loaded.state, await journal.read(runId));
      if (request) {
        await within(LEARN_MS, (signal) => memory.learnFromRun(request, { signal }), stopping.signal);
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      const last = attempts >= MOST_ATTEMPTS;
      problem(`A run could not be learned from; ${last ? 'it is given up' : 'it is tried again later'}.`, error, runId);
      if (!last) return;
    }
    await journal.learned(runId);
  };
  const learnAll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const due = await journal.takeToLearn(now(), now() + LEARN_MS);
      if (!due) return;
      await learnFrom(due.runId, due.attempts);
    }
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    again = working !== undefined;
    working ??= learnAll()
      .catch((error: unknown) => problem('The runs that are to be learned from could not be read or marked.', error))
      .finally(() => {
        working = undefined;
        if (again) wake();
      });
  };
  return {
    async start() {
      if (exclusive) await journal.releaseToLearn();
      timer = setInterval(wake, POLL_MS).unref();
      wake();
    },
    wake,
    async stop() {
      clearInterval(timer);
      stopping.abort(new HoldfastError('CANCELED', 'The process ends.'));
      await working;
    },
  };
}
