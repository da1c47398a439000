import { HoldfastError } from '@holdfast/protocol';
import type { CommanderError } from 'commander';

import { exitCodeOf, UsageError } from './exit-code.ts';
import { type Lang, type MessageKey, type Say, sayIn } from './i18n/lang.ts';
import { ZH_ERRORS } from './i18n/zh-errors.ts';
import type { Io } from './io.ts';

/**
 * Tells of an error, and resolves to its exit code. For people: a sentence on stderr, with the meaning of the code in
 * their language. With --json: `{"error":{"code","message"}}` on stdout.
 */
export function reportError(io: Io, json: boolean, lang: Lang, error: unknown): number {
  const say = sayIn(lang);
  const usage = error instanceof UsageError;
  const known = usage ? undefined : HoldfastError.from(error);
  const code = known?.code ?? 'INVALID_ARGUMENT';
  const message = usage || HoldfastError.is(error) ? error.message : say('error.defect', { why: describe(error) });
  if (json) {
    const details = known && Object.keys(known.details).length > 0 ? { details: known.details } : {};
    io.stdout.write(`${JSON.stringify({ error: { code, message, ...details } })}\n`);
    return exitCodeOf(error);
  }
  const meaning = lang === 'zh' && !usage ? `${ZH_ERRORS[code]} ` : '';
  io.stderr.write(`holdfast: ${meaning}${message}\n`);
  return exitCodeOf(error);
}

/** A defect is told with where it happened: there is nobody else who could. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const USAGE: Readonly<Record<string, MessageKey>> = {
  'commander.unknownOption': 'usage.unknownOption',
  'commander.unknownCommand': 'usage.unknownCommand',
  'commander.missingArgument': 'usage.missingArgument',
  'commander.optionMissingArgument': 'usage.optionMissingArgument',
  'commander.excessArguments': 'usage.excessArguments',
  'commander.invalidArgument': 'usage.invalidArgument',
  'commander.help': 'usage.noCommand',
};

/** What commander found wrong, in our words: it names the thing in quotes, and sometimes what was meant. */
export function usageSentence(error: CommanderError, say: Say): UsageError {
  const key = USAGE[error.code];
  if (!key) return new UsageError(error.message);
  const what = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const meant = /\(Did you mean (?:one of )?([^?]+)\?\)/.exec(error.message)?.[1];
  const hint = meant ? ` ${say('usage.didYouMean', { meant })}` : '';
  return new UsageError(`${say(key, { what })}${hint} ${say('usage.seeHelp')}`);
}
