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
  const told: Conversation[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const talk = new Conversation();
    told.push(talk);
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
    streams: () => told.flatMap((talk) => talk.streams),
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

/** What went over one connection: requests one after the other, each with its answer. */
class Conversation {
  readonly streams: { after: string; ids: string[] }[] = [];
  #streaming = false;
  #asked = '';
  #rest = '';

  /** How many events the stream at hand has carried. */
  get carried(): number {
    return this.#streaming ? (this.streams.at(-1)?.ids.length ?? 0) : 0;
  }

  asked(text: string): void {
    this.#asked += text;
    const end = this.#asked.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#asked.slice(0, end);
    this.#asked = '';
    this.#streaming = /^GET \/api\/v1\/runs\/[^/]+\/events/.test(head);
    this.#rest = '';
    if (this.#streaming) this.streams.push({ after: /^last-event-id: (.*)$/im.exec(head)?.[1] ?? '', ids: [] });
  }

  answered(text: string): void {
    if (!this.#streaming) return;
    this.#rest += text;
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = /^id: ?(\d+-\d+)\r?$/.exec(line)?.[1];
      if (id !== undefined) this.streams.at(-1)?.ids.push(id);
    }
  }
}
