import { isInitializeRequest, type McpServer } from '@modelcontextprotocol/server';
import { HoldfastError } from '@holdfast/protocol';

import type { McpCaller } from './caller.ts';
import { Session } from './session.ts';

/** How many sessions there may be, and for how long. */
export interface SessionLimits {
  /** Of one caller. */
  readonly maxPerCaller: number;
  /** A session in which nothing is under way ends after so long, milliseconds. */
  readonly idleMs: number;
}

/** What the sessions take from the outside. */
export interface SessionsDeps {
  readonly limits: SessionLimits;
  /** A new id, unguessable. */
  readonly newId: () => string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly serverFor: (caller: McpCaller) => Promise<McpServer>;
  readonly onError: (error: Error) => void;
}

/** The sessions that are open in this process, each of which belongs to whoever began it. */
export class Sessions {
  readonly #deps: SessionsDeps;
  readonly #open = new Map<string, Session>();

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Answers a request of a revision that has sessions.
   *
   * @param parsedBody undefined where there is none, or it is no JSON
   * @throws HoldfastError RATE_LIMITED where the caller has too many sessions that are in use.
   */
  async handle(request: Request, caller: McpCaller, parsedBody: unknown): Promise<Response> {
    await this.#endIdle();
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#open.get(id);
      // Whether it is somebody else's is not told.
      if (session?.owner !== caller.key) return notFound();
      return session.handle(request, caller, parsedBody);
    }
    const session = new Session({
      id: this.#deps.newId(),
      owner: caller.key,
      onBegin: (begun) => this.#open.set(begun.id, begun),
      onEnd: (ended) => this.#open.delete(ended.id),
      onError: this.#deps.onError,
      now: this.#deps.now,
    });
    // What begins none is refused by the transport, in the words of the protocol; it needs no server.
    if (isInitializeRequest(parsedBody)) {
      await this.#makeRoom(caller);
      await session.serveBy(await this.#deps.serverFor(caller));
    }
    const response = await session.handle(request, caller, parsedBody);
    if (!this.#open.has(session.id)) await session.close();
    return response;
  }

  /** Ends them all. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.close()));
  }

  async #endIdle(): Promise<void> {
    const before = this.#deps.now() - this.#deps.limits.idleMs;
    const idle = [...this.#open.values()].filter((session) => !session.isBusy && session.lastUsed < before);
    await Promise.all(idle.map((session) => session.close()));
  }

  /** Clients seldom end their sessions: the one that was not used for longest goes. */
  async #makeRoom(caller: McpCaller): Promise<void> {
    const { maxPerCaller } = this.#deps.limits;
    const own = [...this.#open.values()].filter(({ owner }) => owner === caller.key);
    if (own.length < maxPerCaller) return;
    const [oldest] = own.filter(({ isBusy }) => !isBusy).sort((a, b) => a.lastUsed - b.lastUsed);
    if (oldest) return oldest.close();
    throw new HoldfastError(
      'RATE_LIMITED',
      `You have ${own.length} MCP sessions in use, which is as many as one caller may (gateway.mcp.max_sessions_per_caller). End one first.`,
      { details: { retry_after_ms: 5000 } },
    );
  }
}

function notFound(): Response {
  const error = { code: -32_001, message: 'Session not found: it has ended. Begin another with initialize.' };
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 });
}
