import { parse } from 'unbash';

import { Context } from './syntax/context.ts';
import { refuseGaps } from './syntax/gaps.ts';
import { printScript } from './syntax/print.ts';
import { findScope } from './syntax/scope.ts';
import { DEFAULT_POLICY, type Policy, Refusal, type Verdict } from './verdict.ts';

/** The longest command line, in characters. */
export const MOST_CHARACTERS = 32_768;

/** Deeper nesting than this is refused, so that no line can exhaust the stack. */
const DEEPEST = 60;

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === '(' || char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === ')' || char === '}' || char === ']') depth = Math.max(0, depth - 1);
  }
  return deepest;
}

/**
 * Decides whether a command line that a model wrote may run, and what running it again would do.
 *
 * The text is parsed to a syntax tree; every command in it is checked against the list of allowed commands with rules
 * for its arguments; then the line is printed anew from the tree. What is not understood is refused. Pure: it starts
 * nothing and reads nothing.
 */
export function checkCommand(text: string, policy: Policy = DEFAULT_POLICY): Verdict {
  try {
    if (text.length > MOST_CHARACTERS) {
      throw new Refusal(
        'size',
        `${text.slice(0, 40)}...`,
        `The command is longer than ${MOST_CHARACTERS} characters. Split it.`,
      );
    }
    if (text.includes('\0')) throw new Refusal('syntax', '\\0', 'A command line cannot hold a NUL character.');
    if (depthOf(text) > DEEPEST) throw new Refusal('size', '(', 'The command is nested too deeply. Split it.');
    const script = parse(text);
    const scope = findScope(script, policy.cwd);
    refuseGaps(script, text);
    const ctx: Context = new Context(scope, policy.cwd, new Set(policy.allow), (inner) => printScript(inner, ctx));
    const printed = printScript(script, ctx);
    if (printed === '') throw new Refusal('syntax', text.slice(0, 40), 'There is no command in it.');
    return { allowed: true, effect: ctx.effect, script: `${ctx.prologue}${printed}` };
  } catch (error) {
    if (error instanceof Refusal) {
      return { allowed: false, word: error.word, rule: error.rule, message: error.message };
    }
    if (error instanceof RangeError) {
      return {
        allowed: false,
        word: text.slice(0, 40),
        rule: 'size',
        message: 'The command is nested too deeply. Split it.',
      };
    }
    throw error;
  }
}
