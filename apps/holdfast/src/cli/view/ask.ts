import { createInterface } from 'node:readline/promises';

import type { QuestionView } from '../http/api.ts';
import type { Cli } from '../io.ts';
import { harmless } from './text.ts';

/** An answer as the API takes it. */
export interface Answer {
  readonly action_id: string;
  readonly choice: string;
  readonly text: string;
}

const YES: ReadonlySet<string> = new Set(['y', 'yes', 'j', '是', 'approve']);
const NO: ReadonlySet<string> = new Set(['n', 'no', '否', 'deny']);

/**
 * Asks the question at the terminal. Undefined where it was answered elsewhere meanwhile (`signal`), or the terminal's
 * input has ended. `repeat`: the text of the question stands too far above. `interrupted` is called on Ctrl-C.
 */
export async function askAtTerminal(
  cli: Cli,
  question: QuestionView,
  options: { readonly signal: AbortSignal; readonly repeat: boolean; readonly interrupted: () => void },
): Promise<Answer | undefined> {
  const { io, say, style } = cli;
  const { interrupted, repeat, signal } = options;
  const lines = createInterface({ input: io.stdin, output: io.stderr, terminal: true });
  lines.on('SIGINT', interrupted);
  const ended = new AbortController();
  lines.on('close', () => ended.abort());
  const either = AbortSignal.any([signal, ended.signal]);
  try {
    for (const line of describe(question, cli, repeat)) io.stderr.write(`${line}\n`);
    for (;;) {
      const typed = (await lines.question(style.bold(`${prompt(question, cli)} `), { signal: either })).trim();
      const answer = readAnswer(question, typed);
      if (answer) return answer;
      io.stderr.write(`${say('ask.again')}\n`);
    }
  } catch (error) {
    if (either.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}

/** Reads what was typed; undefined where it is no answer to this question. */
export function readAnswer(question: QuestionView, typed: string): Answer | undefined {
  const { action_id, kind, choices } = question;
  const word = typed.toLowerCase();
  if (kind === 'approval') {
    if (YES.has(word)) return { action_id, choice: 'approve', text: '' };
    if (NO.has(word)) return { action_id, choice: 'deny', text: '' };
    const [first = '', ...reason] = typed.split(/\s+/);
    return NO.has(first.toLowerCase()) ? { action_id, choice: 'deny', text: reason.join(' ') } : undefined;
  }
  const number = /^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined;
  const named = number ?? choices.find((choice) => choice.toLowerCase() === word);
  if (kind === 'unknown_outcome') return named === undefined ? undefined : { action_id, choice: named, text: '' };
  return typed === '' ? undefined : { action_id, choice: '', text: named ?? typed };
}

function describe(question: QuestionView, cli: Cli, repeat: boolean): string[] {
  const lines = repeat ? [cli.style.bold(harmless(question.text))] : [];
  if (question.tool)
    lines.push(
      harmless(`  ${question.tool} ${JSON.stringify(question.arguments ?? {}, undefined, 2).replaceAll('\n', '\n  ')}`),
    );
  if (question.kind !== 'approval')
    question.choices.forEach((choice, i) => lines.push(`  ${i + 1}. ${harmless(choice)}`));
  return lines;
}

function prompt(question: QuestionView, cli: Cli): string {
  if (question.kind === 'approval') return cli.say('ask.approve');
  return question.choices.length > 0 ? cli.say('ask.choose') : '>';
}
