import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

interface Kept {
  readonly n: number;
  readonly streamId: string;
  readonly message: JSONRPCMessage;
  readonly bytes: number;
}

/** What one session keeps for clients that come back with Last-Event-ID: so many messages, and so many bytes. */
const MAX_EVENTS = 1000;
const MAX_BYTES = 4 * 1024 * 1024;

/** The messages that were sent in one session last. The oldest are forgotten; a client that names one of those gets 400. */
export class SessionEvents implements EventStore {
  readonly #onMessage: (message: JSONRPCMessage) => void;
  readonly #kept: Kept[] = [];
  #next = 1;
  #bytes = 0;

  /** @param onMessage is told of each message before it is sent. */
  constructor(onMessage: (message: JSONRPCMessage) => void) {
    this.#onMessage = onMessage;
  }

  async storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    this.#onMessage(message);
    const n = this.#next;
    this.#next += 1;
    const bytes = JSON.stringify(message).length;
    this.#kept.push({ n, streamId, message, bytes });
    this.#bytes += bytes;
    // The last one stays, however large.
    while (this.#kept.length > MAX_EVENTS || (this.#bytes > MAX_BYTES && this.#kept.length > 1)) {
      this.#bytes -= this.#kept.shift()?.bytes ?? 0;
    }
    return String(n);
  }

  async getStreamIdForEventId(eventId: string): Promise<string | undefined> {
    return this.#find(eventId)?.streamId;
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { send: (eventId: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const last = this.#find(lastEventId);
    if (!last) throw new Error(`There is no event ${lastEventId} any more.`);
    for (const { n, streamId, message } of this.#kept.slice()) {
      // What primes a stream is empty.
      if (n > last.n && streamId === last.streamId && 'jsonrpc' in message) await send(String(n), message);
    }
    return last.streamId;
  }

  #find(eventId: string): Kept | undefined {
    return this.#kept.find(({ n }) => String(n) === eventId);
  }
}
