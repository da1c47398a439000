import { Duplex } from 'node:stream';

/** Told of every piece of data before it passes; answers false when it may not. */
export interface Meter {
  readonly count: (direction: 'up' | 'down', bytes: number) => boolean;
}

/** A connection whose every byte is counted, with back-pressure in both directions. Ending it ends the connection. */
export class MeteredStream extends Duplex {
  readonly #inner: Duplex;
  readonly #meter: Meter;

  constructor(inner: Duplex, meter: Meter) {
    super({ allowHalfOpen: true });
    this.#inner = inner;
    this.#meter = meter;
    inner.on('data', (chunk: Buffer) => {
      if (meter.count('down', chunk.length) && !this.push(chunk)) inner.pause();
    });
    inner.on('end', () => this.push(null));
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => {
      if (!inner.readableEnded || !inner.writableFinished) this.destroy();
    });
    inner.pause();
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (!this.#meter.count('up', chunk.length)) return;
    this.#inner.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}
