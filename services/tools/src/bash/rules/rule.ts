import type { Arg } from '../syntax/arg.ts';
import type { Context } from '../syntax/context.ts';
import { type EffectName, Refusal, type Rule } from '../verdict.ts';

/** One simple command of a line, as a rule sees it. */
export interface Call {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly ctx: Context;
}

/** What a rule makes of a call: the arguments as they are printed after the name, and the effect. */
export interface Checked {
  readonly args: readonly string[];
  /** What is run in its place, where that is not the command itself. */
  readonly run?: string;
  readonly effect: EffectName;
}

/** What is allowed of one command. */
export interface CommandRule {
  /** @throws Refusal where the call is not allowed. */
  readonly check: (call: Call) => Checked;
  /** Whether no argument at all can make it write or run something: only such commands may follow xargs. */
  readonly anyArgument: boolean;
  /** Whether it is a program and not part of the shell, so that timeout, nice and xargs can start it. */
  readonly program: boolean;
}

/** A group of rules, by the names of their commands. */
export type Rules = Readonly<Record<string, CommandRule>>;

/** Makes the refusal of a call, named after the command and the word at fault. */
export function refuse(call: Pick<Call, 'name'>, rule: Rule, word: string, why: string): Refusal {
  return new Refusal(rule, word, `\`${call.name} ${word}\` is not allowed: ${why}`);
}

/** An argument as exactly one word; refuses one that may become several. */
export function oneWord(call: Call, arg: Arg): string {
  if (arg.single !== undefined) return arg.single;
  throw refuse(
    call,
    'dynamic-argument',
    arg.text,
    'it may become several words, of which each could be an option. Quote it if it is a pattern, or name one value.',
  );
}

/** The value of an argument that must be known before the line runs. */
export function literal(call: Call, arg: Arg, what: string): string {
  if (arg.literal !== undefined) return arg.literal;
  throw refuse(call, 'dynamic-argument', arg.text, `${what} must be written out, without variables or substitutions.`);
}

/** A command for which every argument is harmless. */
export const harmless: CommandRule = {
  anyArgument: true,
  program: true,
  check: ({ args }) => ({ args: args.map((arg) => arg.printed), effect: 'read' }),
};
