import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type McpServer,
  type RequestId,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

import type { McpCaller } from './caller.ts';
import { authInfoOf } from './caller.ts';
import { SessionEvents } from './event-store.ts';
import { watchedBody } from './watched-body.ts';

/** When a client whose stream ended comes back for the rest, milliseconds. */
const RETRY_MS = 500;

/** What a session takes from the outside. */
export interface SessionInit {
  readonly id: string;
  /** Whose it is: see `McpCaller.key`. */
  readonly owner: string;
  /** Told when a client has begun it, and when it has ended. */
  readonly onBegin: (session: Session) => void;
  readonly onEnd: (session: Session) => void;
  readonly onError: (error: Error) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** One session of the revisions of MCP that have sessions (until 2025-11-25). */
export class Session {
  readonly id: string;
  readonly owner: string;
  lastUsed: number;
  readonly #init: SessionInit;
  readonly #transport: WebStandardStreamableHTTPServerTransport;
  readonly #pending = new Set<RequestId>();
  #streams = 0;
  #server: McpServer | undefined;

  constructor(init: SessionInit) {
    this.id = init.id;
    this.owner = init.owner;
    this.lastUsed = init.now();
    this.#init = init;
    this.#transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => init.id,
      onsessioninitialized: () => init.onBegin(this),
      onsessionclosed: () => init.onEnd(this),
      eventStore: new SessionEvents((message) => this.#sent(message)),
      retryInterval: RETRY_MS,
    });
    Object.assign(this.#transport, { onerror: init.onError });
  }

  /** Whether something is under way in it: a request that has no answer yet, or an open stream. */
  get isBusy(): boolean {
    return this.#pending.size > 0 || this.#streams > 0;
  }

  /** Gives it the server that answers its client. */
  async serveBy(server: McpServer): Promise<void> {
    this.#server = server;
    await server.connect(this.#transport);
  }

  /** Answers one HTTP request. A client that leaves the answer ends nothing: it can come back for it. */
  async handle(request: Request, caller: McpCaller, parsedBody: unknown): Promise<Response> {
    this.lastUsed = this.#init.now();
    const asked = [parsedBody].flat().flatMap((message: unknown) => this.#received(message));
    const response = await this.#transport.handleRequest(request, {
      authInfo: authInfoOf(caller),
      ...(parsedBody === undefined ? {} : { parsedBody }),
    });
    // What was refused gets no further answer.
    if (!response.ok) for (const id of asked) this.#pending.delete(id);
    this.#streams += 1;
    let isOver = false;
    return watchedBody(response, () => {
      if (isOver) return;
      isOver = true;
      this.#streams -= 1;
      this.lastUsed = this.#init.now();
    });
  }

  /** Ends it; what its client waits for is not answered any more. */
  async close(): Promise<void> {
    this.#init.onEnd(this);
    await this.#transport.close();
    await this.#server?.close();
  }

  /** The ids of what now waits for an answer. */
  #received(message: unknown): RequestId[] {
    if (isJSONRPCRequest(message)) {
      this.#pending.add(message.id);
      return [message.id];
    }
    // What was cancelled gets no answer.
    if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') {
      const id = message.params?.['requestId'];
      if (typeof id === 'string' || typeof id === 'number') this.#pending.delete(id);
    }
    return [];
  }

  #sent(message: JSONRPCMessage): void {
    this.lastUsed = this.#init.now();
    if ((isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) && message.id !== undefined) {
      this.#pending.delete(message.id);
    }
  }
}
