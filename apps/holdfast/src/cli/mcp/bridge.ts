import {
  isInitializedNotification,
  isInitializeRequest,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  SdkHttpError,
  type StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';

/** What a client on the pipe waits for. */
interface Pending {
  readonly abort: AbortController;
  /** It has no session: cancelling it is closing its stream. */
  readonly isModern: boolean;
}

/** What the bridge takes from the outside. */
export interface BridgeDeps {
  /** The client, on a pipe. */
  readonly local: Transport;
  /** The server. It finds the address and the key anew for each request. */
  readonly remote: StreamableHTTPClientTransport;
  /** One line on what nobody waits for. */
  readonly note: (line: string) => void;
}

const OWN_ID = 'holdfast-bridge';
const FAILED = -32_000;

/**
 * Carries the messages of one client between its pipe and the server, as they are. Where the server has forgotten the
 * session, since it was restarted or the session was idle for long, another one is begun with what the client said when
 * it began: the client does not notice.
 */
export class Bridge {
  readonly #deps: BridgeDeps;
  readonly #pending = new Map<RequestId, Pending>();
  readonly #over = Promise.withResolvers<void>();
  #opening: JSONRPCRequest | undefined;
  #reopening: Promise<void> | undefined;
  #reopened: (() => void) | undefined;

  constructor(deps: BridgeDeps) {
    this.#deps = deps;
  }

  /** Resolves when the client has closed its pipe. */
  async run(): Promise<void> {
    const { local, note, remote } = this.#deps;
    // A pipe that is closed while something is written to it: its end is told by itself.
    const lost = (error: unknown): void => note(messageOf(error));
    Object.assign(remote, {
      onmessage: (message: JSONRPCMessage) => void this.#fromServer(message).catch(lost),
      // Each failure is told to whoever waits for what failed.
      onerror: () => undefined,
    });
    Object.assign(local, {
      onmessage: (message: JSONRPCMessage) => void this.#fromClient(message).catch(lost),
      onclose: () => this.#over.resolve(),
      onerror: (error: Error) => note(error.message),
    });
    await remote.start();
    await local.start();
    await this.#over.promise;
    // Runs that were started go on.
    await remote.terminateSession().catch((error: unknown) => note(messageOf(error)));
    await remote.close();
  }

  async #fromClient(message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') {
      const id = message.params?.['requestId'];
      const pending = typeof id === 'string' || typeof id === 'number' ? this.#pending.get(id) : undefined;
      if (pending?.isModern) return pending.abort.abort();
    }
    if (isInitializeRequest(message) && isJSONRPCRequest(message)) this.#opening = message;
    if (!isJSONRPCRequest(message)) {
      await this.#send(message, {}).catch((error: unknown) => this.#deps.note(messageOf(error)));
      return;
    }
    const { id } = message;
    const pending: Pending = { abort: new AbortController(), isModern: isModern(message) };
    this.#pending.set(id, pending);
    const failed = (why: string): void => {
      if (!this.#pending.delete(id) || pending.abort.signal.aborted) return;
      this.#answer(id, why).catch((error: unknown) => this.#deps.note(messageOf(error)));
    };
    try {
      await this.#send(message, {
        requestSignal: pending.abort.signal,
        onRequestStreamEnd: () =>
          failed('The connection to Holdfast broke. What was started goes on; look at it with get_run.'),
      });
    } catch (error) {
      failed(messageOf(error));
    }
  }

  async #fromServer(message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCResultResponse(message)) {
      const version = message.result['protocolVersion'];
      const isOpening = message.id === OWN_ID || message.id === this.#opening?.id;
      if (isOpening && typeof version === 'string') this.#deps.remote.setProtocolVersion(version);
    }
    if (!('method' in message) && message.id !== undefined) {
      if (message.id === OWN_ID) return this.#reopened?.();
      this.#pending.delete(message.id);
    }
    await this.#deps.local.send(message);
  }

  async #send(message: JSONRPCMessage, options: Parameters<StreamableHTTPClientTransport['send']>[1]): Promise<void> {
    const { remote } = this.#deps;
    const session = remote.sessionId;
    try {
      await remote.send(message, options);
    } catch (error) {
      const isForgotten = error instanceof SdkHttpError && error.status === 404 && session !== undefined;
      if (!isForgotten || !this.#opening || isInitializeRequest(message)) throw error;
      if (remote.sessionId === session) await this.#reopen(this.#opening);
      if (!isInitializedNotification(message)) await remote.send(message, options);
    }
  }

  /** Once for all that noticed it at the same time. */
  #reopen(opening: JSONRPCRequest): Promise<void> {
    this.#reopening ??= this.#begin(opening).finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #begin(opening: JSONRPCRequest): Promise<void> {
    const { remote } = this.#deps;
    const answered = new Promise<void>((resolve) => {
      this.#reopened = resolve;
    });
    await remote.send({ ...opening, id: OWN_ID });
    await answered;
    await remote.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  async #answer(id: RequestId, message: string): Promise<void> {
    await this.#deps.local.send({ jsonrpc: '2.0', id, error: { code: FAILED, message } });
  }
}

function isModern({ params }: JSONRPCRequest): boolean {
  return params?._meta?.[PROTOCOL_VERSION_META_KEY] !== undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
