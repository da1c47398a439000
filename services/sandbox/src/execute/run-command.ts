import { create, processpb, sandboxpb } from '@holdfast/protocol';

import type { QuotaName } from '../quotas/watch.ts';
import type { Started } from './started.ts';
import { mergeOutput } from './merge-output.ts';

/** What bounds one command from the outside. */
export interface RunOptions {
  readonly stdin: Uint8Array;
  /** Whether more input may follow; then the first event is `started`. */
  readonly openStdin: boolean;
  /** Infinity: none. */
  readonly wallMs: number;
  /** Of stdout and stderr together; more ends the command. Infinity: none. */
  readonly outputBytes: number;
  /** Aborting it kills the command. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

type Killer = sandboxpb.ExitReason.TIMED_OUT | sandboxpb.ExitReason.CANCELED;

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
  const timer = Number.isFinite(options.wallMs)
    ? setTimeout(() => kill(sandboxpb.ExitReason.TIMED_OUT), options.wallMs)
    : undefined;
  options.signal.addEventListener('abort', cancel, { once: true });
  if (options.signal.aborted) cancel();
  // A command need not read its input: a closed pipe is no failure.
  started.stdin.on('error', () => undefined);
  if (!options.openStdin) started.stdin.end(options.stdin);
  else if (options.stdin.byteLength > 0) started.stdin.write(options.stdin);

  let complete = false;
  let left = options.outputBytes;
  let quota: { name: QuotaName; notice: string } | undefined;
  try {
    if (options.openStdin) yield create(sandboxpb.ExecResponseSchema, { event: { case: 'started', value: {} } });
    for await (const { from, bytes } of mergeOutput(started.stdout, started.stderr, ended)) {
      if (quota) continue;
      const passed = bytes.byteLength <= left ? bytes : bytes.subarray(0, left);
      left -= passed.byteLength;
      if (passed.byteLength > 0) yield outputOf(from, passed);
      if (passed.byteLength < bytes.byteLength) {
        quota = { name: 'output', notice: tooMuchOutput(options.outputBytes) };
        started.kill();
      }
    }
    const ending = await ended;
    complete = true;
    quota ??= killer === undefined ? ending.quota : undefined;
    if (quota) {
      yield outputOf('stderr', Buffer.from(quota.notice));
    }
    yield create(sandboxpb.ExecResponseSchema, {
      event: {
        case: 'exited',
        value: create(sandboxpb.ExitedSchema, {
          reason: killer ?? (ending.signal ? sandboxpb.ExitReason.SIGNALED : sandboxpb.ExitReason.EXITED),
          exitCode: ending.exitCode,
          signal: ending.signal,
          durationMs: (endedAt ?? options.now()) - startedAt,
          quota: killer === sandboxpb.ExitReason.TIMED_OUT ? 'wall' : (quota?.name ?? ''),
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

function outputOf(stream: 'stdout' | 'stderr', value: Uint8Array): sandboxpb.ExecResponse {
  const data = create(processpb.ProcessEvent_DataEventSchema, { output: { case: stream, value } });
  return create(sandboxpb.ExecResponseSchema, { event: { case: 'data', value: data } });
}

function tooMuchOutput(bytes: number): string {
  return `\nsandbox: killed: the command wrote more than its output quota of ${bytes} bytes\n`;
}
