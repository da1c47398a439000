import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';

import { authInfoOf, callerIn, type McpCaller } from './caller.ts';
import { type SessionLimits, Sessions } from './sessions.ts';
import { watchedBody } from './watched-body.ts';

/** The two kinds of MCP: with sessions (until 2025-11-25), and with everything in each request (from 2026-07-28). */
export type Era = 'legacy' | 'modern';

/** What the endpoint takes from the outside. */
export interface McpEndpointDeps {
  readonly limits: SessionLimits;
  /** A new id, unguessable. */
  readonly newId: () => string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** A server with all that this caller may use: for one session, or for one request. */
  readonly serverFor: (caller: McpCaller, era: Era) => Promise<McpServer>;
  readonly onError: (error: Error) => void;
}

/** MCP by streamable HTTP, in web-standard requests and responses. */
export interface McpEndpoint {
  /**
   * Answers one request of a caller who is known.
   *
   * @param parsedBody undefined where there is none, or it is no JSON
   * @throws HoldfastError RATE_LIMITED.
   */
  handle(request: Request, caller: McpCaller, parsedBody: unknown): Promise<Response>;
  /** Sessions that are open. */
  readonly sessions: number;
  /** Ends every session and every open answer. What runs goes on. */
  close(): Promise<void>;
}

/** Makes it. */
export function createMcpEndpoint(deps: McpEndpointDeps): McpEndpoint {
  const { onError, serverFor } = deps;
  const sessions = new Sessions({ ...deps, serverFor: (caller) => serverFor(caller, 'legacy') });
  const modern = createMcpHandler(({ authInfo }) => serverFor(callerIn(authInfo), 'modern'), {
    legacy: 'reject',
    onerror: onError,
  });
  return {
    async handle(request, caller, parsedBody) {
      if (await isLegacyRequest(request, parsedBody)) return sessions.handle(request, caller, parsedBody);
      const response = await modern.fetch(request, { authInfo: authInfoOf(caller), parsedBody });
      return watchedBody(response, () => undefined);
    },
    get sessions() {
      return sessions.size;
    },
    async close() {
      await Promise.all([sessions.close(), modern.close()]);
    },
  };
}
