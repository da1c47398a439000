import type { Message } from '@holdfast/models';
import { create, type JsonObject, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Created } from '../journal/record.ts';
import type { RunState } from '../run/state.ts';
import { within } from './limit.ts';
import { callerOfRun, conversationOf, scopeOfRun } from './scope.ts';
import { createTranscriber, type Part } from './transcript.ts';

/** Keeps what is said in one run. */
export interface ConversationKeeper {
  /** Tells the messages as they are now, after they are durable. Returns at once. */
  said(messages: readonly Message[]): void;
  /** Nothing more comes: what is left is kept now. Returns at once. */
  close(): void;
}

/** The conversations at hand of the runs of this process (ME-1). */
export interface Conversations {
  keep(runId: string, state: RunState): ConversationKeeper;
  /** Waits for what is on its way to a conversation. */
  settled(tenant: string, session: string): Promise<void>;
  /** Waits for all that is on its way. */
  close(): Promise<void>;
}

/** What keeping conversations needs. */
export interface ConversationsDeps {
  readonly memory: MemoryApi;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** What could not be kept, and why: the run goes on. */
  readonly problem: (message: string, error: unknown, runId: string) => void;
}

/** What is said within so many milliseconds goes in one call. */
const GATHER_MS = 200;
/** Characters of an item: what a person or a model says, and what a tool answers. */
const SAID_CHARS = 8000;
const TOOL_CHARS = 500;
/** The tokens of a window that is read to find out what of an interrupted run is there already. */
const LOOK_BACK_TOKENS = 1_000_000;

/** Keeps conversations by the memory service. */
export function createConversations(deps: ConversationsDeps): Conversations {
  const { memory, now, problem, timeoutMs } = deps;
  /** What is on its way, by tenant and conversation. */
  const pending = new Map<string, Promise<void>>();
  const inLine = (created: Created, session: string, work: () => Promise<void>): void => {
    const key = `${created.tenant}\0${session}`;
    const done = (pending.get(key) ?? Promise.resolve()).then(work);
    pending.set(key, done);
    void done.finally(() => {
      if (pending.get(key) === done) pending.delete(key);
    });
  };
  return {
    keep(runId, state) {
      const { created } = state;
      const session = conversationOf(created) ?? runId;
      const caller = callerOfRun(created);
      const scope = scopeOfRun(created);
      const transcriber = createTranscriber();
      const parts: Part[] = [];
      /** How many of the parts are kept; undefined: that has to be found out. */
      let kept: number | undefined = state.step === 0 ? 0 : undefined;
      // What a fork has taken along is in the conversation of the run that it comes from.
      const inherited = created.fork ? createTranscriber().next(created.fork.messages).length : 0;
      const own = session === runId ? 0 : inherited;
      let timer: NodeJS.Timeout | undefined;
      let failed = false;

      const flush = async (): Promise<void> => {
        if (failed) return;
        try {
          kept ??= await alreadyKept();
          const from = Math.max(kept, own);
          const items = parts.slice(from).map((part, index) => itemOf(part, from + index));
          if (items.length === 0) return;
          const request = create(memorypb.AppendWorkingRequestSchema, { caller, session, scope, items });
          await within(timeoutMs, (signal) => memory.appendWorking(request, { signal }));
          kept = from + items.length;
        } catch (error) {
          // Whether it was kept is not known: nothing is said twice rather than everything once.
          failed = true;
          problem('What was said in a run could not be kept in its conversation.', error, runId);
        }
      };
      const alreadyKept = async (): Promise<number> => {
        const request = create(memorypb.GetWindowRequestSchema, {
          caller,
          session,
          budgetTokens: LOOK_BACK_TOKENS,
          filter: { scope },
        });
        const { items } = await within(timeoutMs, (signal) => memory.getWindow(request, { signal }));
        const numbers = items.flatMap(({ attributes }) => {
          const n = attributes?.['run'] === runId ? attributes['n'] : undefined;
          return typeof n === 'number' ? [n + 1] : [];
        });
        return Math.max(0, ...numbers);
      };
      const itemOf = ({ role, text, tool, actionId }: Part, n: number) => {
        const attributes: JsonObject = { run: runId, n, ...(actionId === '' ? {} : { action: actionId }) };
        const whole = role === 'tool' ? `${tool}: ${text}` : text;
        return { role, text: cut(whole, role === 'tool' ? TOOL_CHARS : SAID_CHARS), at: now(), attributes };
      };
      const flushNow = (): void => {
        clearTimeout(timer);
        timer = undefined;
        inLine(created, session, flush);
      };
      return {
        said(messages) {
          const news = transcriber.next(messages);
          if (news.length === 0) return;
          parts.push(...news);
          timer ??= setTimeout(flushNow, GATHER_MS);
        },
        close() {
          if (timer) flushNow();
        },
      };
    },
    async settled(tenant, session) {
      await pending.get(`${tenant}\0${session}`);
    },
    async close() {
      await Promise.all(pending.values());
    },
  };
}

/** As the stores keep it: no NUL, no half of a surrogate pair, and not longer than that. */
function cut(text: string, chars: number): string {
  const clean = text.replaceAll('\0', '').toWellFormed();
  return clean.length <= chars ? clean : `${clean.slice(0, chars - 1).toWellFormed()}…`;
}
