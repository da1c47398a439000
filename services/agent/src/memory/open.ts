import type { MemoryApi } from '@holdfast/protocol';

import type { AgentConfig, AgentDefinition } from '../config.ts';
import type { Journal } from '../journal/journal.ts';
import { createConversations } from './keeper.ts';
import { createRunLearner, type RunLearner } from './learner.ts';
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

/** Connects runs to the memory service. */
export function openRunMemory(deps: RunMemoryDeps): { readonly runs: RunMemory; readonly learner: RunLearner } {
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
    learner,
    runs: {
      recaller,
      keep: (runId, state) => (state.created.playbook ? undefined : conversations.keep(runId, state)),
      learns: ({ agent, playbook }) => (playbook ? config.learn_from_playbooks : agentOf(agent)?.memory.learn === true),
      left: () => learner.wake(),
    },
  };
}
