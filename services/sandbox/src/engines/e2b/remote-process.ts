import { PassThrough, type Readable, type Writable } from 'node:stream';

import type { Client } from '@connectrpc/connect';
import { HoldfastError, type processpb } from '@holdfast/protocol';

/** Of input that waits to be sent, and of one message of it, about. */
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
    const stdin = new PassThrough({ highWaterMark: INPUT_BYTES });
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    this.#abort = abort;
    this.stdout = stdout;
    this.stderr = stderr;
    this.stdin = stdin;
    void this.#pass(stdin, (bytes) =>
      processes.sendInput(
        { process: { selector: { case: 'pid', value: pid } }, input: { input: { case: 'stdin', value: bytes } } },
        { headers, signal: abort.signal },
      ),
    );
    this.exitCode = this.#read(events, stdout, stderr);
  }

  /** Gives up the connection; the process runs on. */
  detach(): void {
    this.#abort.abort();
  }

  /** One message after the other, because they may overtake each other on their way. */
  async #pass(stdin: PassThrough, send: (bytes: Uint8Array) => Promise<unknown>): Promise<void> {
    try {
      // Each piece is all that has been written meanwhile.
      for await (const bytes of stdin as AsyncIterable<Buffer>) await send(bytes);
    } catch (error) {
      stdin.destroy(HoldfastError.from(error));
    }
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
