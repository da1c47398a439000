import { request } from 'node:http';

import { HoldfastError } from '@holdfast/protocol';
import type { z } from 'zod';

/** Nothing that is asked here takes long, unless the daemon hangs. Milliseconds. */
const PATIENCE_MS = 60_000;

/** What a daemon answered. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** One call of the Docker API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query, encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** Speaks the Docker API (Docker and Podman have it) on a unix socket. Without a version: the daemon's own is meant. */
export class DaemonApi {
  readonly #socket: string;
  readonly #product: string;
  readonly #howToStart: string;

  constructor(socket: string, product: string, howToStart: string) {
    this.#socket = socket;
    this.#product = product;
    this.#howToStart = howToStart;
  }

  /** Whatever the daemon answers. Throws UNAVAILABLE when it does not. */
  async ask(call: Call): Promise<Answer> {
    try {
      return await this.#send(call);
    } catch (error) {
      throw this.#unreachable(error as NodeJS.ErrnoException);
    }
  }

  /** Throws UNAVAILABLE with the daemon's own words when it refuses; one of `accepted` is no refusal. */
  async do(call: Call, accepted: readonly number[] = []): Promise<Answer> {
    const answer = await this.ask(call);
    if (answer.status < 400 || accepted.includes(answer.status)) return answer;
    throw new HoldfastError('UNAVAILABLE', `${this.#product} refused: ${messageOf(answer)}`);
  }

  /** As {@link do}, for an answer of this form. */
  async read<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const { body } = await this.do(call);
    return schema.parse(JSON.parse(body.toString('utf8')));
  }

  #send(call: Call): Promise<Answer> {
    const body = call.json === undefined ? undefined : JSON.stringify(call.json);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          socketPath: this.#socket,
          method: call.method,
          path: call.path,
          // A connection that is kept would break with the daemon, and so would the next call.
          agent: false,
          headers: {
            host: 'localhost',
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.once('error', reject);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces) }));
        },
      );
      sent.once('error', reject);
      sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('no answer in a minute')));
      sent.end(body);
    });
  }

  #unreachable(error: NodeJS.ErrnoException): HoldfastError {
    const denied = error.code === 'EACCES' || error.code === 'EPERM';
    const what = denied
      ? `This user may not use the socket of ${this.#product}, ${this.#socket}. Add it to the socket's group, and mind that this is as good as root on the host.`
      : `${this.#product} does not answer on ${this.#socket} (${error.code ?? error.message}). ${this.#howToStart}`;
    return new HoldfastError('UNAVAILABLE', what, { cause: error });
  }
}

/** The daemon's sentence in a refusal. */
export function messageOf({ status, body }: Answer): string {
  const text = body.toString('utf8').trim();
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : `HTTP ${status}`;
  } catch (error) {
    if (error instanceof SyntaxError) return text === '' ? `HTTP ${status}` : text.slice(0, 500);
    throw error;
  }
}
