import { PassThrough, type Readable, Writable } from 'node:stream';

import type { Client } from '@connectrpc/connect';
import { HoldfastError, type processpb } from '@holdfast/protocol';

/** Of one message of input; what is written meanwhile goes with the next one. Bytes. */
const INPUT_BYTES = 1024 * 1024;

type Processes = Client<typeof processpb.Process>;
type Headers = Readonly<Record<string, string>>;

/** A process that envd started, as streams. */
export class RemoteProcess {
  readonly stdin: Writable;
  /** Ends when the process does, or the connection to it. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Undefined when the connection ended first. */
  readonly exitCode: Promise<number | undefined>;
  readonly #abort: AbortController;

  /** Throws SANDBOX_UNAVAILABLE with what envd says. */
  static async start(
    processes: Processes,
    argv: readonly [string, ...string[]],
    headers: Headers,
  ): Promise<RemoteProcess> {
    const [cmd, ...args] = argv;
    const abort = new AbortController();
    const answers = processes.start(
      { process: { cmd, args, envs: {}, cwd: '/' }, stdin: true },
      { headers, signal: abort.signal },
    );
    const events = eventsOf(answers)[Symbol.asyncIterator]();
    try {
      const first = await events.next();
      if (!first.done && first.value.event.case === 'start') {
        return new RemoteProcess(processes, headers, first.value.event.value.pid, events, abort);
      }
      throw new HoldfastError('SANDBOX_UNAVAILABLE', 'envd did not say that it has started it.');
    } catch (error) {
      abort.abort();
      throw new HoldfastError('SANDBOX_UNAVAILABLE', `${cmd} was not started in the sandbox: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  private constructor(
    processes: Processes,
    headers: Headers,
    pid: number,
    events: AsyncIterator<processpb.ProcessEvent>,
    abort: AbortController,
  ) {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const send = async (bytes: Uint8Array): Promise<void> => {
      for (let at = 0; at < bytes.byteLength; at += INPUT_BYTES) {
        const stdin = bytes.subarray(at, at + INPUT_BYTES);
        await processes.sendInput(
          { process: { selector: { case: 'pid', value: pid } }, input: { input: { case: 'stdin', value: stdin } } },
          { headers, signal: abort.signal },
        );
      }
    };
    this.#abort = abort;
    this.stdout = stdout;
    this.stderr = stderr;
    this.stdin = new Writable({
      // One message after the other: they may overtake each other on their way.
      writev(chunks, done) {
        send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)))
          .then(() => done())
          .catch((error: unknown) => this.destroy(HoldfastError.from(error)));
      },
    });
    this.exitCode = this.#read(events, stdout, stderr);
  }

  /** Gives up the connection; the process runs on. */
  detach(): void {
    this.#abort.abort();
  }

  async #read(
    events: AsyncIterator<processpb.ProcessEvent>,
    stdout: PassThrough,
    stderr: PassThrough,
  ): Promise<number | undefined> {
    try {
      for (let next = await events.next(); !next.done; next = await events.next()) {
        const { event } = next.value;
        if (event.case === 'end') return event.value.exitCode;
        if (event.case !== 'data') continue;
        const { output } = event.value;
        if (output.case === 'stdout') await write(stdout, output.value);
        if (output.case === 'stderr') await write(stderr, output.value);
      }
      return undefined;
    } catch {
      // However the connection broke: what was read along learns it by the end of the streams.
      return undefined;
    } finally {
      stdout.end();
      stderr.end();
    }
  }
}

async function* eventsOf(answers: AsyncIterable<processpb.StartResponse>): AsyncGenerator<processpb.ProcessEvent> {
  for await (const { event } of answers) if (event) yield event;
}

async function write(stream: PassThrough, bytes: Uint8Array): Promise<void> {
  if (!stream.write(bytes)) await new Promise((resolve) => stream.once('drain', resolve));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
