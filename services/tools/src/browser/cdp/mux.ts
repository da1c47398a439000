import type { JsonObject } from '@holdfast/protocol';

import { type CdpMessage, type CdpTransport, textOf } from './message.ts';
import { type CdpSession, SessionEnd } from './session.ts';

/** One engine's end of the connection. It sees only the contexts that it made or was given. */
export interface EnginePort extends CdpTransport {
  /** The next context that the engine asks for is this one, in place of a new one. Whoever had it loses its pages. */
  adopt(contextId: string): void;
  /** Attaches the engine to the pages that an adopted context has. To be called once the engine knows the context. */
  attachPages(contextId: string): Promise<void>;
  /** The context that the engine asked for last. */
  readonly lastContext: string | undefined;
}

interface Client {
  root: string;
  receive(message: CdpMessage): void;
  end(reason: string): void;
  port?: PortState;
}

interface PortState {
  /** The sessions that hang on the browser itself, with the context of each. */
  readonly attached: Map<string, string>;
  adopting: string | undefined;
  lastContext: string | undefined;
}

interface Sent {
  readonly client: Client;
  readonly id: number;
  readonly method: string;
}

/** An engine that never gets a message of its own accord: for what the multiplexer itself asks. */
const NOBODY: Client = { root: '', receive: () => undefined, end: () => undefined };

/**
 * Shares one connection to Chromium among several clients: each gets a session of its own with the browser
 * (`Target.attachToBrowserTarget`).
 *
 * Engines attach themselves to every page that they hear of. Here each hears only of its own contexts: they would
 * otherwise instrument each other's pages, and answer each other's dialogs.
 */
export class CdpMux {
  readonly #transport: CdpTransport;
  readonly #sent = new Map<number, Sent>();
  readonly #sessions = new Map<string, Client>();
  /** Who has a context. */
  readonly #contexts = new Map<string, Client>();
  readonly #own: SessionEnd;
  readonly #clients = new Set<Client>();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;
  #id = 0;

  constructor(transport: CdpTransport) {
    this.#transport = transport;
    const own: Client = {
      root: '',
      receive: (message) => this.#own.receive(message),
      end: (why) => this.#own.end(why),
    };
    this.#own = new SessionEnd(
      (message) => this.#send(own, message),
      () => undefined,
    );
    this.#clients.add(own);
    this.#sessions.set('', own);
    transport.onMessage = (message) => this.#receive(message);
    transport.onClose = (reason) => {
      this.#isClosed = true;
      this.#closed.resolve();
      for (const client of this.#clients) client.end(reason);
      this.#clients.clear();
    };
  }

  /** Whether the connection is over. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when it is. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The browser itself. */
  get browser(): Pick<CdpSession, 'send' | 'on'> {
    return this.#own;
  }

  /** Another session with the browser, whose events are its own. */
  async session(): Promise<CdpSession> {
    const client: Client = { ...NOBODY };
    const end = new SessionEnd(
      (message) => this.#send(client, message),
      () => this.#leave(client),
    );
    client.receive = (message) => end.receive(message);
    client.end = (reason) => end.end(reason);
    await this.#attach(client);
    return end;
  }

  /** A connection for an engine. */
  async port(): Promise<EnginePort> {
    const state: PortState = { attached: new Map(), adopting: undefined, lastContext: undefined };
    const client: Client = { ...NOBODY, port: state };
    const port: EnginePort = {
      onMessage: undefined,
      onClose: undefined,
      send: (message) => this.#request(client, message),
      close: () => {
        client.end('it was closed');
        this.#leave(client);
      },
      adopt: (contextId) => {
        state.adopting = contextId;
      },
      attachPages: (contextId) => this.#attachPages(client, contextId),
      get lastContext() {
        return state.lastContext;
      },
    };
    client.receive = (message) => port.onMessage?.(message);
    client.end = (reason) => {
      const tell = port.onClose;
      port.onClose = undefined;
      tell?.(reason);
    };
    await this.#attach(client);
    return port;
  }

  /** Closes the connection, and so the browser. */
  close(): void {
    this.#transport.close();
  }

  async #attach(client: Client): Promise<void> {
    const { sessionId } = await this.#own.send('Target.attachToBrowserTarget');
    client.root = textOf(sessionId);
    this.#sessions.set(client.root, client);
    this.#clients.add(client);
  }

  #leave(client: Client): void {
    if (!this.#clients.delete(client)) return;
    this.#send(NOBODY, { id: 0, method: 'Target.detachFromTarget', params: { sessionId: client.root } });
    for (const [id, owner] of this.#contexts) if (owner === client) this.#contexts.delete(id);
  }

  /** An engine's request. */
  #request(client: Client, message: CdpMessage): void {
    if (message.method === 'Target.createBrowserContext' && client.port) {
      const { adopting } = client.port;
      client.port.adopting = undefined;
      if (adopting !== undefined) {
        this.#give(adopting, client, message.id ?? 0);
        return;
      }
    }
    this.#send(client, message);
  }

  #send(client: Client, message: CdpMessage): void {
    const id = (this.#id += 1);
    this.#sent.set(id, { client, id: message.id ?? 0, method: message.method ?? '' });
    const sessionId = message.sessionId ?? client.root;
    this.#transport.send({ ...message, id, ...(sessionId === '' ? {} : { sessionId }) });
  }

  /** Hands a context over: its owner so far is detached from all that is in it. */
  #give(contextId: string, client: Client, requestId: number): void {
    const before = this.#contexts.get(contextId);
    for (const [sessionId, of] of before?.port?.attached ?? []) {
      if (before && of === contextId) this.#detach(before, sessionId);
    }
    this.#contexts.set(contextId, client);
    if (client.port) client.port.lastContext = contextId;
    queueMicrotask(() => client.receive({ id: requestId, result: { browserContextId: contextId } }));
  }

  async #attachPages(client: Client, contextId: string): Promise<void> {
    const { targetInfos } = await this.#own.send('Target.getTargets');
    for (const { type, targetId, browserContextId } of targetInfos as JsonObject[]) {
      if (type !== 'page' || browserContextId !== contextId) continue;
      const params = { targetId: targetId ?? '', flatten: true };
      await this.#own.send('Target.attachToTarget', params, client.root);
    }
  }

  #receive(message: CdpMessage): void {
    if (message.id !== undefined) this.#answer(message, message.id);
    else this.#event(message);
  }

  #answer({ sessionId, ...message }: CdpMessage, id: number): void {
    const sent = this.#sent.get(id);
    this.#sent.delete(id);
    if (!sent) return;
    const { client, method } = sent;
    if (method === 'Target.createBrowserContext' && client.port) {
      const made = message.result?.['browserContextId'];
      if (typeof made === 'string') {
        this.#contexts.set(made, client);
        client.port.lastContext = made;
      }
    }
    const inner = sessionId === undefined || sessionId === client.root ? {} : { sessionId };
    client.receive({ ...message, id: sent.id, ...inner });
  }

  #event({ sessionId = '', ...message }: CdpMessage): void {
    const client = this.#sessions.get(sessionId);
    if (!client) return;
    const { method, params = {} } = message;
    const isRoot = sessionId === client.root;
    const about = (params['targetInfo'] ?? {}) as JsonObject;
    if (isRoot && client.port && !this.#mayKnow(client, about)) {
      if (method === 'Target.attachedToTarget') this.#turnAway(client, textOf(params['sessionId']));
      if (method?.startsWith('Target.target')) return;
      if (method === 'Target.attachedToTarget') return;
    }
    const inner = textOf(params['sessionId']);
    if (method === 'Target.attachedToTarget') {
      this.#sessions.set(inner, client);
      if (isRoot) client.port?.attached.set(inner, textOf(about['browserContextId']));
    } else if (method === 'Target.detachedFromTarget') {
      this.#sessions.delete(inner);
      client.port?.attached.delete(inner);
    }
    client.receive({ ...message, ...(isRoot ? {} : { sessionId }) });
  }

  #mayKnow(client: Client, about: JsonObject): boolean {
    const contextId = about['browserContextId'];
    if (typeof contextId !== 'string') return about['type'] === undefined || about['type'] === 'browser';
    return this.#contexts.get(contextId) === client;
  }

  #turnAway(client: Client, sessionId: string): void {
    this.#send(NOBODY, { id: 0, method: 'Runtime.runIfWaitingForDebugger', sessionId });
    this.#detach(client, sessionId);
  }

  #detach(client: Client, sessionId: string): void {
    this.#send(NOBODY, { id: 0, method: 'Target.detachFromTarget', params: { sessionId }, sessionId: client.root });
  }
}
