import { Duplex, Readable, Writable } from 'node:stream';

/** How much the agent may send before it is read, and is sent before the agent has passed it on. Bytes. */
const OUTPUT_CREDIT = 256 * 1024;
const INPUT_CREDIT = 64 * 1024;
/** No frame of input is larger. Bytes. */
const PIECE = 32 * 1024;

type Done = (error?: Error | null) => void;

/** What came from the agent and nobody has asked for yet: never more than the credit, which is given back by use. */
class Incoming {
  readonly #grant: (bytes: number) => void;
  readonly #pieces: Uint8Array[] = [];
  #push: ((bytes: Uint8Array | null) => void) | undefined;
  #isOver = false;
  #unpaid = 0;

  constructor(grant: (bytes: number) => void) {
    this.#grant = grant;
  }

  receive(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#pass();
  }

  end(): void {
    this.#isOver = true;
    this.#pass();
  }

  /** The consumer has room: `push` gets the next piece, now or when it comes, and null at the end. */
  want(push: (bytes: Uint8Array | null) => void): void {
    this.#push = push;
    this.#pass();
  }

  /** Nobody reads any more: what still comes is thrown away, and must not stand still for want of credit. */
  discard(): void {
    this.#pieces.length = 0;
    this.#push = undefined;
    if (!this.#isOver) this.#grant(1024 * 1024 * 1024);
  }

  #pass(): void {
    const push = this.#push;
    if (!push) return;
    const bytes = this.#pieces.shift();
    if (bytes === undefined) {
      if (this.#isOver) this.#push = undefined;
      if (this.#isOver) push(null);
      return;
    }
    this.#push = undefined;
    this.#unpaid += bytes.byteLength;
    if (this.#unpaid >= OUTPUT_CREDIT / 4) {
      this.#grant(this.#unpaid);
      this.#unpaid = 0;
    }
    push(bytes);
  }
}

/** What goes to the agent, as fast as it gives credit. */
class Outgoing {
  readonly #send: (bytes: Buffer) => void;
  #credit = INPUT_CREDIT;
  #waiting: { bytes: Buffer; done: Done } | undefined;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    this.#advance();
  }

  write(bytes: Buffer, done: Done): void {
    this.#waiting = { bytes, done };
    this.#advance();
  }

  /** The other end has gone: whoever waits for it is told. */
  abandon(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.done(error);
  }

  #advance(): void {
    while (this.#waiting && this.#credit > 0) {
      const { bytes, done } = this.#waiting;
      const piece = bytes.subarray(0, Math.min(this.#credit, PIECE));
      this.#credit -= piece.byteLength;
      this.#send(piece);
      if (piece.byteLength < bytes.byteLength) {
        this.#waiting = { bytes: bytes.subarray(piece.byteLength), done };
      } else {
        this.#waiting = undefined;
        done();
      }
    }
  }
}

/** Output of a process: a reader that stalls holds back what writes to it. */
export class OutputStream extends Readable {
  readonly #incoming: Incoming;

  constructor(grant: (bytes: number) => void) {
    super({ highWaterMark: PIECE });
    this.#incoming = new Incoming(grant);
  }

  /** What the agent sent. */
  receive(bytes: Uint8Array): void {
    if (!this.destroyed) this.#incoming.receive(bytes);
  }

  /** The agent has reached the end of the stream, or has gone. */
  end(): void {
    this.#incoming.end();
  }

  override _read(): void {
    this.#incoming.want((bytes) => this.push(bytes));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#incoming.discard();
    done(error);
  }
}

/** Input of a process. */
export class InputStream extends Writable {
  readonly #outgoing: Outgoing;
  readonly #sendEnd: () => void;

  constructor(send: (bytes: Buffer) => void, sendEnd: () => void) {
    super({ highWaterMark: INPUT_CREDIT });
    this.#outgoing = new Outgoing(send);
    this.#sendEnd = sendEnd;
  }

  /** The agent has passed on so many bytes. */
  grant(bytes: number): void {
    this.#outgoing.grant(bytes);
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#outgoing.write(bytes, done);
  }

  override _final(done: Done): void {
    this.#sendEnd();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#outgoing.abandon(error ?? new Error('The process has ended.'));
    done(error);
  }
}

/** A connection into or out of a box. */
export class ConnectionStream extends Duplex {
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  readonly #sendEnd: () => void;

  constructor(grant: (bytes: number) => void, send: (bytes: Buffer) => void, sendEnd: () => void) {
    super({ readableHighWaterMark: PIECE, writableHighWaterMark: INPUT_CREDIT });
    this.#incoming = new Incoming(grant);
    this.#outgoing = new Outgoing(send);
    this.#sendEnd = sendEnd;
  }

  /** What the agent sent. */
  receive(bytes: Uint8Array): void {
    if (!this.destroyed) this.#incoming.receive(bytes);
  }

  /** The other end of the connection sends no more. */
  endReading(): void {
    this.#incoming.end();
  }

  /** The agent has passed on so many bytes. */
  grant(bytes: number): void {
    this.#outgoing.grant(bytes);
  }

  override _read(): void {
    this.#incoming.want((bytes) => this.push(bytes));
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#outgoing.write(bytes, done);
  }

  override _final(done: Done): void {
    this.#sendEnd();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#incoming.discard();
    done(error);
  }
}
