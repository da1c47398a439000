import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';

import type { Viewer } from '../record.ts';
import type { Working, WorkingItem, WorkingSession } from '../working/working.ts';
import { callerOf, scopeOf, viewerOf } from '../wire.ts';

type Calls = Pick<MemoryApi, 'appendWorking' | 'getWindow' | 'listSessions' | 'clearWorking'>;

/** The newest items of a conversation that fit, and a summary of the rest. */
export interface WorkingWindow {
  readonly summary: string;
  readonly items: readonly WorkingItem[];
  readonly summarised: number;
  readonly tokens: number;
}

/** What the calls over conversations are made of. */
export interface WorkingDeps {
  readonly working: Working;
  /** Also keeps the summary that it had to make. */
  readonly window: (
    session: WorkingSession,
    items: readonly WorkingItem[],
    budgetTokens: number,
    signal: AbortSignal | undefined,
  ) => Promise<WorkingWindow>;
  readonly now: () => number;
}

/** The conversations at hand. */
export function workingApi({ working, window, now }: WorkingDeps): Calls {
  return {
    async appendWorking(request) {
      const caller = callerOf(request.caller);
      const scope = scopeOf(caller, request.scope);
      const items = request.items.map(({ role, text, at, attributes }) => ({
        role,
        text,
        at: at === 0 ? now() : at,
        attributes: attributes ?? {},
      }));
      const before = isName(request.session)
        ? await working.read(caller.tenant, request.session, Number.MAX_SAFE_INTEGER)
        : undefined;
      if (before && !sees({ ...scope, everybody: false }, before.session)) {
        throw new HoldfastError('CONFLICT', 'This conversation belongs to somebody else. Use another name for yours.');
      }
      const session = await working.append(scope, request.session, items, request.expect);
      return create(memorypb.AppendWorkingResponseSchema, { count: session.count, expiresAt: session.expiresAt });
    },

    async getWindow(request, options) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const found = isName(request.session) ? await working.read(viewer.tenant, request.session) : undefined;
      if (!found || !sees(viewer, found.session)) return create(memorypb.GetWindowResponseSchema, {});
      const { summary, items, summarised, tokens } = await window(
        found.session,
        found.items,
        request.budgetTokens,
        options?.signal,
      );
      return create(memorypb.GetWindowResponseSchema, {
        summary,
        items: items.map((item) => create(memorypb.WorkingItemSchema, { ...item })),
        summarised,
        tokens,
        expiresAt: found.session.expiresAt,
      });
    },

    async listSessions(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const sessions = (await working.list(viewer.tenant)).filter((session) => sees(viewer, session));
      return create(memorypb.ListSessionsResponseSchema, {
        sessions: sessions.map(({ session, scope, count, usedAt, expiresAt }) => ({
          session,
          scope: { user: scope.user, agent: scope.agent },
          items: count,
          usedAt,
          expiresAt,
        })),
      });
    },

    async clearWorking(request) {
      const viewer = viewerOf(callerOf(request.caller), request.filter);
      const found = isName(request.session)
        ? await working.read(viewer.tenant, request.session, Number.MAX_SAFE_INTEGER)
        : undefined;
      const cleared = found !== undefined && sees(viewer, found.session);
      if (cleared) await working.clear(viewer.tenant, request.session);
      return create(memorypb.ClearWorkingResponseSchema, { cleared });
    },
  };
}

/** Whether a conversation can have this name; adding to one that cannot says why. */
function isName(session: string): boolean {
  return session !== '' && !session.includes('\0') && session.isWellFormed();
}

/** A conversation is its user's, with whatever agent; everybody's where it has none. */
function sees(viewer: Viewer, { scope }: WorkingSession): boolean {
  return viewer.everybody || scope.user === '' || scope.user === viewer.user;
}
