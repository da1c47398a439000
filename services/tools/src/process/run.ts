import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { ExecOptions, ToolContext } from '../tool.ts';
import { Splitter } from './splitter.ts';

/** How {@link run} reads what a program writes. */
export interface RunOptions extends ExecOptions {
  readonly separator?: '\n' | '\0';
  /** As much of one record is kept. */
  readonly maxRecordBytes?: number;
}

/** How a program ended. */
export interface Ended {
  readonly exitCode: number;
  /** The beginning of it. */
  readonly stderr: string;
  /** Whether the reader had enough before the program ended. */
  readonly stopped: boolean;
}

const STDERR_BYTES = 4096;
const RECORD_BYTES = 64 * 1024;

/**
 * Runs a program in the sandbox and hands each record of its output to `onRecord`, which gives false when it has seen
 * enough: the program is then killed. Memory stays bounded however much it writes.
 *
 * @throws HoldfastError TIMED_OUT, CANCELED, TOOL_FAILED where a signal ended it, and what the sandbox throws.
 */
export async function run(
  context: ToolContext,
  argv: readonly string[],
  options: RunOptions,
  onRecord: (record: string) => boolean | void,
): Promise<Ended> {
  const { separator = '\n', maxRecordBytes = RECORD_BYTES, ...exec } = options;
  const splitter = new Splitter(separator, maxRecordBytes);
  const stderr: Uint8Array[] = [];
  let stderrBytes = 0;
  for await (const { event } of context.exec(argv, exec)) {
    if (event.case === 'stdout') {
      for (const record of splitter.push(event.value)) {
        if (onRecord(record.toString()) === false) return { exitCode: 0, stderr: '', stopped: true };
      }
    } else if (event.case === 'stderr' && stderrBytes < STDERR_BYTES) {
      stderr.push(event.value.subarray(0, STDERR_BYTES - stderrBytes));
      stderrBytes += event.value.length;
    } else if (event.case === 'exited') {
      for (const record of splitter.end()) onRecord(record.toString());
      checkReason(argv, event.value);
      return { exitCode: event.value.exitCode, stderr: Buffer.concat(stderr).toString().trim(), stopped: false };
    }
  }
  throw new HoldfastError('TOOL_FAILED', `${argv[0]} ended without saying how.`);
}

/** Runs a program and gathers its short output. @throws HoldfastError as {@link run} */
export async function gather(
  context: ToolContext,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Ended & { readonly records: readonly string[] }> {
  const records: string[] = [];
  const ended = await run(context, argv, options, (record) => {
    records.push(record);
  });
  return { ...ended, records };
}

function checkReason(argv: readonly string[], { reason, signal }: sandboxpb.Exited): void {
  if (reason === sandboxpb.ExitReason.EXITED) return;
  if (reason === sandboxpb.ExitReason.TIMED_OUT) {
    throw new HoldfastError('TIMED_OUT', `${argv[0]} took longer than its time-out and was ended.`);
  }
  if (reason === sandboxpb.ExitReason.CANCELED) throw new HoldfastError('CANCELED', `${argv[0]} was cancelled.`);
  throw new HoldfastError('TOOL_FAILED', `${argv[0]} was ended by ${signal || 'a signal'}: a limit of the sandbox?`);
}
