import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What one connection of an event stream carried. */
export interface Carried {
  /** What was asked for: the last event that the page had. */
  readonly after: string;
  /** The ids of the events that were sent to the page, in order. */
  readonly ids: readonly string[];
}

/** A TCP proxy before a server, which can tear all connections apart. */
export interface Proxy {
  readonly url: string;
  /** The event streams so far, in the order of their requests. */
  streams(): readonly Carried[];
  /** Cuts every connection, as a network that breaks does: without an end. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy before the server on this port.
 *
 * @param breakAfter a stream that has carried so many events is broken off
 */
export async function startProxy(port: number, breakAfter = Number.POSITIVE_INFINITY): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const streams: Stream[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const talk = new Conversation(streams);
    for (const [from, to, note] of [
      [near, far, (text: string) => talk.asked(text)],
      [far, near, (text: string) => talk.answered(text)],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        note(bytes.toString('latin1'));
        to.write(bytes);
        if (talk.carried >= breakAfter) to.destroySoon();
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams: () => streams,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Stream {
  readonly after: string;
  readonly ids: string[];
}

/** What goes over one connection: requests one after the other, each with its answer. */
class Conversation {
  readonly #all: Stream[];
  #stream: Stream | undefined;
  #asked = '';
  #rest = '';

  /** @param all where the event streams are noted, in the order in which they are asked for */
  constructor(all: Stream[]) {
    this.#all = all;
  }

  /** How many events the stream at hand has carried. */
  get carried(): number {
    return this.#stream?.ids.length ?? 0;
  }

  asked(text: string): void {
    this.#asked += text;
    const end = this.#asked.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#asked.slice(0, end);
    this.#asked = '';
    this.#rest = '';
    this.#stream = undefined;
    if (!/^GET \/api\/v1\/runs\/[^/]+\/events/.test(head)) return;
    this.#stream = { after: /^last-event-id: (.*)$/im.exec(head)?.[1]?.trim() ?? '', ids: [] };
    this.#all.push(this.#stream);
  }

  answered(text: string): void {
    if (!this.#stream) return;
    this.#rest += text;
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = /^id: ?(\d+-\d+)\r?$/.exec(line)?.[1];
      if (id !== undefined) this.#stream.ids.push(id);
    }
  }
}
