import type { MemoryApi } from '@holdfast/protocol';

import type { AgentConfig, AgentDefinition } from '../config.ts';
import type { Journal } from '../journal/journal.ts';
import { createConversations } from './keeper.ts';
import { createRunLearner } from './learner.ts';
import { createRecaller } from './recaller.ts';
import type { RunMemory } from './run-memory.ts';

/** What the use of memory by runs is made of. */
export interface RunMemoryDeps {
  readonly memory: MemoryApi;
  readonly journal: Journal;
  readonly config: AgentConfig['memory'];
  /** The definition of an agent; undefined: it is a playbook, or gone. */
  readonly agentOf: (name: string) => AgentDefinition | undefined;
  readonly exclusive: boolean;
  readonly now: () => number;
  readonly problem: (message: string, error: unknown, runId?: string) => void;
}

/** The use of memory by the runs of one process. */
export interface OpenRunMemory {
  readonly runs: RunMemory;
  /** Begins to learn from runs that have ended. */
  start(): Promise<void>;
  /** Once no run is worked on any more: keeps what was said, and leaves the run that is learned from for another time. */
  close(): Promise<void>;
}

/** Connects runs to the memory service. */
export function openRunMemory(deps: RunMemoryDeps): OpenRunMemory {
  const { agentOf, config, memory } = deps;
  const timeoutMs = config.timeout_ms;
  const conversations = createConversations({ ...deps, timeoutMs });
  const learner = createRunLearner(deps);
  const recaller = createRecaller({
    memory,
    timeoutMs,
    budgetOf: (agent) => agentOf(agent)?.memory.recall_tokens ?? 0,
    settled: (tenant, session) => conversations.settled(tenant, session),
  });
  return {
    start: () => learner.start(),
    async close() {
      await learner.stop();
      await conversations.close();
    },
    runs: {
      recaller,
      keep: (runId, state) => (state.created.playbook ? undefined : conversations.keep(runId, state)),
      learns: ({ agent, playbook }) => (playbook ? config.learn_from_playbooks : agentOf(agent)?.memory.learn === true),
      left: () => learner.wake(),
    },
  };
}
