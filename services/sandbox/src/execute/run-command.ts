import { create, HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Started } from '../engines/command-engine.ts';
import { mergeOutput } from './merge-output.ts';

/** What bounds one command from the outside. */
export interface RunOptions {
  readonly stdin: Uint8Array;
  readonly wallMs: number;
  /** Aborting it kills the command. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

type Killer = sandboxpb.ExitReason.TIMED_OUT | sandboxpb.ExitReason.CANCELED;

/** How much of the first output on stderr is kept for the message when the cage could not be built. */
const KEPT_BYTES = 2000;

/**
 * Streams a started command to its end. The last event is `exited`, and it comes only when nothing of the command is
 * left. A consumer that leaves early kills the command.
 */
export async function* runCommand(started: Started, options: RunOptions): AsyncGenerator<sandboxpb.ExecResponse> {
  const startedAt = options.now();
  let killer: Killer | undefined;
  let endedAt: number | undefined;
  const ended = started.ended.finally(() => {
    endedAt = options.now();
  });
  // It is awaited below, after the output; until then a rejection must not count as unhandled.
  ended.catch(() => undefined);
  const kill = (reason: Killer): void => {
    if (endedAt !== undefined) return;
    killer ??= reason;
    started.kill();
  };
  const cancel = (): void => kill(sandboxpb.ExitReason.CANCELED);
  const timer = setTimeout(() => kill(sandboxpb.ExitReason.TIMED_OUT), options.wallMs);
  options.signal.addEventListener('abort', cancel, { once: true });
  if (options.signal.aborted) cancel();
  // A command need not read its input: a closed pipe is no failure.
  started.stdin.on('error', () => undefined);
  started.stdin.end(options.stdin);

  let complaint = '';
  let complete = false;
  try {
    for await (const { from, bytes } of mergeOutput(started.stdout, started.stderr, ended)) {
      if (from === 'stderr' && complaint.length < KEPT_BYTES) complaint += Buffer.from(bytes).toString('utf8');
      yield create(sandboxpb.ExecResponseSchema, { event: { case: from, value: bytes } });
    }
    const ending = await ended.catch((error: unknown) => {
      throw withComplaint(error, complaint);
    });
    complete = true;
    if (ending.notice !== undefined) {
      yield create(sandboxpb.ExecResponseSchema, { event: { case: 'stderr', value: Buffer.from(ending.notice) } });
    }
    yield create(sandboxpb.ExecResponseSchema, {
      event: {
        case: 'exited',
        value: create(sandboxpb.ExitedSchema, {
          reason: killer ?? (ending.signal ? sandboxpb.ExitReason.SIGNALED : sandboxpb.ExitReason.EXITED),
          exitCode: ending.exitCode,
          signal: ending.signal,
          durationMs: (endedAt ?? options.now()) - startedAt,
        }),
      },
    });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', cancel);
    if (!complete) {
      started.kill();
      await ended.catch(() => undefined);
      started.stdout.destroy();
      started.stderr.destroy();
    }
  }
}

function withComplaint(error: unknown, complaint: string): HoldfastError {
  const failure = HoldfastError.from(error);
  const text = complaint.slice(0, KEPT_BYTES).trim();
  if (text === '') return failure;
  return new HoldfastError(failure.code, `${failure.message} It said: ${text}`, { cause: error });
}
