import { constants } from 'node:os';

import { HoldfastError } from '@holdfast/protocol';

import type { AgentProcess, ProcessEnding, SpawnInit } from './agent.ts';
import { ConnectionStream, InputStream, OutputStream } from './channel-streams.ts';
import { AgentFrame, HostFrame, word } from './frames.ts';
import { spawnFailure } from './spawn-failure.ts';

/** One channel of the link: what its frames are given to. */
export interface Channel {
  frame(type: number, payload: Buffer): void;
  /** The agent has gone. */
  gone(error: HoldfastError): void;
}

type Send = (type: number, payload?: Uint8Array) => void;

/** A process, from its SPAWN to the last of its output. */
export class ProcessChannel implements Channel {
  readonly started: Promise<AgentProcess>;
  /** Resolves when no more frames can come. */
  readonly over: Promise<void>;
  readonly #started = Promise.withResolvers<AgentProcess>();
  readonly #exited = Promise.withResolvers<ProcessEnding>();
  readonly #over = Promise.withResolvers<void>();
  readonly #stdin: InputStream;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #send: Send;
  readonly #open: Set<1 | 2>;
  #hasExited = false;

  constructor(init: SpawnInit, send: Send) {
    this.#send = send;
    this.started = this.#started.promise;
    this.over = this.#over.promise;
    // Nobody need wait for it.
    this.#exited.promise.catch(() => undefined);
    this.#open = new Set(init.pty ? [1] : [1, 2]);
    this.#stdin = new InputStream(
      (bytes) => send(HostFrame.INPUT, bytes),
      () => send(HostFrame.INPUT_END),
    );
    this.#stdout = new OutputStream((bytes) => send(HostFrame.CREDIT, credit(1, bytes)));
    this.#stderr = new OutputStream((bytes) => send(HostFrame.CREDIT, credit(2, bytes)));
    if (init.pty) this.#stderr.end();
  }

  frame(type: number, payload: Buffer): void {
    if (type === AgentFrame.STARTED) this.#started.resolve(this.#process(payload.readUInt32LE(0)));
    if (type === AgentFrame.FAILED) {
      this.#started.reject(spawnFailure(payload.readUInt32LE(0), payload.readUInt8(4)));
      this.#over.resolve();
    }
    if (type === AgentFrame.OUTPUT) this.#stream(payload.readUInt8(0)).receive(payload.subarray(1));
    if (type === AgentFrame.OUTPUT_END) {
      const number = payload.readUInt8(0);
      this.#stream(number).end();
      this.#open.delete(number === 1 ? 1 : 2);
    }
    if (type === AgentFrame.EXITED) {
      this.#hasExited = true;
      // It killed its own supervisor before that had told of it; where it was told of, this says nothing.
      this.#started.reject(new HoldfastError('UNAVAILABLE', 'The command ended the moment it began.'));
      this.#exited.resolve(endingOf(payload.readUInt32LE(0)));
      this.#stdin.destroy();
    }
    if (type === AgentFrame.INPUT_CREDIT_BACK) this.#stdin.grant(payload.readUInt32LE(0));
    if (this.#hasExited && this.#open.size === 0) this.#over.resolve();
  }

  gone(error: HoldfastError): void {
    this.#started.reject(error);
    this.#exited.reject(error);
    this.#stdout.end();
    this.#stderr.end();
    this.#stdin.destroy();
    this.#over.resolve();
  }

  #stream(number: number): OutputStream {
    return number === 1 ? this.#stdout : this.#stderr;
  }

  #process(pid: number): AgentProcess {
    const send = this.#send;
    return {
      pid,
      stdin: this.#stdin,
      stdout: this.#stdout,
      stderr: this.#stderr,
      signal: (number) => send(HostFrame.SIGNAL, word(number)),
      resize: (cols, rows) => {
        const size = Buffer.alloc(4);
        size.writeUInt16LE(cols, 0);
        size.writeUInt16LE(rows, 2);
        send(HostFrame.RESIZE, size);
      },
      kill: () => send(HostFrame.KILL),
      exited: this.#exited.promise,
    };
  }
}

/** A connection into or out of a box. */
export class ConnectionChannel implements Channel {
  readonly stream: ConnectionStream;

  constructor(send: Send) {
    this.stream = new ConnectionStream(
      (bytes) => send(HostFrame.CREDIT, credit(1, bytes)),
      (bytes) => send(HostFrame.INPUT, bytes),
      () => send(HostFrame.INPUT_END),
    );
  }

  frame(type: number, payload: Buffer): void {
    if (type === AgentFrame.OUTPUT) this.stream.receive(payload.subarray(1));
    if (type === AgentFrame.OUTPUT_END) this.stream.endReading();
    if (type === AgentFrame.INPUT_CREDIT_BACK) this.stream.grant(payload.readUInt32LE(0));
    if (type === AgentFrame.CLOSED) this.stream.destroy();
  }

  gone(): void {
    this.stream.destroy();
  }
}

function credit(stream: 1 | 2, bytes: number): Buffer {
  const payload = Buffer.alloc(5);
  payload.writeUInt8(stream, 0);
  payload.writeUInt32LE(bytes, 1);
  return payload;
}

/** What a wait status of the kernel says (wait(2)). */
function endingOf(status: number): ProcessEnding {
  const number = status & 0x7f;
  if (number === 0) return { exitCode: (status >> 8) & 0xff, signal: '' };
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return { exitCode: 128 + number, signal: (found?.[0] ?? 'SIGKILL') as NodeJS.Signals };
}
