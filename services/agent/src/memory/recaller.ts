import { create, framedMemories, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Created } from '../journal/record.ts';
import type { RunState } from '../run/state.ts';
import { conversationText } from './conversation.ts';
import type { Conversation, Recalled } from './recalled.ts';
import { within } from './limit.ts';
import { newestSaid, type Said } from './said.ts';
import { callerOfRun, conversationOf, scopeOfRun } from './scope.ts';

/** How much of what was said is looked up, characters. */
const QUERY_CHARS = 2000;
const MOST_HITS = 20;

const TRUSTS: Readonly<Record<memorypb.Trust, string>> = {
  [memorypb.Trust.UNSPECIFIED]: 'outside',
  [memorypb.Trust.USER]: 'user',
  [memorypb.Trust.AGENT]: 'agent',
  [memorypb.Trust.OUTSIDE]: 'outside',
};

/** What is looked up before a model call. */
export interface Recaller {
  /**
   * What the model call that is next is given, where something is due: after each new word of a person, and at the
   * beginning of a run that belongs to a conversation. Takes a bounded time, and never throws: what could not be asked is
   * named in the result.
   */
  before(
    runId: string,
    state: RunState,
  ): Promise<{ readonly recalled?: Recalled; readonly conversation?: Conversation }>;
}

/** What a recaller needs. */
export interface RecallerDeps {
  readonly memory: MemoryApi;
  /** How long a look-up may take, milliseconds. */
  readonly timeoutMs: number;
  /** Tokens that may be recalled for this agent; 0: none. */
  readonly budgetOf: (agent: string) => number;
  /** Waits for what this process still keeps in a conversation. */
  readonly settled: (tenant: string, session: string) => Promise<void>;
}

/** Asks the memory service. Playbooks are given nothing, since their steps are fixed. */
export function createRecaller({ memory, timeoutMs, budgetOf, settled }: RecallerDeps): Recaller {
  return {
    async before(runId, state) {
      const { created } = state;
      if (created.playbook) return {};
      const said = newestSaid(state.messages);
      const budgetTokens = budgetOf(created.agent);
      const due = budgetTokens > 0 && said !== undefined && state.recalled?.at !== said.at;
      const name = state.conversation ? undefined : conversationOf(created);
      const [recalled, conversation] = await Promise.all([
        due ? recall(memory, created, said, budgetTokens, timeoutMs) : undefined,
        name === undefined ? undefined : conversationSoFar({ memory, timeoutMs, settled }, runId, created, name),
      ]);
      return { ...(recalled ? { recalled } : {}), ...(conversation ? { conversation } : {}) };
    },
  };
}

async function recall(
  memory: MemoryApi,
  created: Created,
  { at, text }: Said,
  budgetTokens: number,
  timeoutMs: number,
): Promise<Recalled> {
  const query = text.toWellFormed().trim().slice(0, QUERY_CHARS).toWellFormed();
  if (query === '') return { at, text: '', ids: [], missing: [] };
  const request = create(memorypb.RecallRequestSchema, {
    caller: callerOfRun(created),
    query,
    filter: { scope: scopeOfRun(created) },
    limit: MOST_HITS,
    budgetTokens,
    strengthen: true,
  });
  try {
    const { hits, missing } = await within(timeoutMs, (signal) => memory.recall(request, { signal }));
    const memories = hits.flatMap((hit) => (hit.memory ? [hit.memory] : []));
    return {
      at,
      text: framedMemories(memories.map(shown)),
      ids: memories.map(({ id }) => id),
      missing: missing.map(({ source, reason }) => `${source}: ${reason}`),
    };
  } catch (error) {
    return { at, text: '', ids: [], missing: [`memory: ${HoldfastError.from(error, 'UNAVAILABLE').message}`] };
  }
}

async function conversationSoFar(
  { memory, timeoutMs, settled }: Omit<RecallerDeps, 'budgetOf'>,
  runId: string,
  created: Created,
  name: string,
): Promise<Conversation> {
  const request = create(memorypb.GetWindowRequestSchema, {
    caller: callerOfRun(created),
    session: name,
    filter: { scope: scopeOfRun(created) },
  });
  try {
    const window = await within(timeoutMs, async (signal) => {
      await settled(created.tenant, name);
      return await memory.getWindow(request, { signal });
    });
    // A run that was interrupted before its first model call is in it already.
    const items = window.items.filter(({ attributes }) => attributes?.['run'] !== runId);
    return { name, text: conversationText({ summary: window.summary, items }) };
  } catch {
    // It is written down as it is: a run that began without it goes on without it.
    return { name, text: '' };
  }
}

function shown({ id, kind, text, at, createdAt, provenance }: memorypb.Memory) {
  return {
    id,
    kind: memorypb.MemoryKind[kind].toLowerCase(),
    text,
    at: at === 0 ? createdAt : at,
    trust: TRUSTS[provenance?.trust ?? memorypb.Trust.UNSPECIFIED],
    origin: provenance?.origin ?? '',
    author: provenance?.author ?? '',
  };
}
