import { constants } from 'node:os';

import type { Ending } from '../command-engine.ts';

/**
 * Signals that end commands in practice. The launcher only tells 128 + n, as shells do, so a program that exits with
 * that number by itself looks the same; numbers that programs use for other things (129: git's usage) are left out.
 */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGILL',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGSEGV',
  'SIGPIPE',
  'SIGTERM',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSYS',
];

/** What an exit code of the launcher says of the command. */
export function endingOf(exitCode: number): Ending {
  const signal = ENDING_SIGNALS.find((name) => exitCode === 128 + constants.signals[name]);
  return { exitCode, signal: signal ?? '' };
}
