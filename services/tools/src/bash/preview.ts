import type { JsonObject } from '@holdfast/protocol';
import { parse } from 'unbash';

import type { Verdict } from './verdict.ts';

const MOST = 100;

/** What a command line that may run would do: its effect, its commands, and the line as it would be run. Pure. */
export function bashPreview(command: string, verdict: Extract<Verdict, { allowed: true }>): JsonObject {
  // As JSON it shows what is read only when it is asked for: the substitutions in words.
  const tree: unknown = JSON.parse(JSON.stringify(parse(command)));
  const commands = commandsIn(tree).map(({ from, to }) => command.slice(from, to).slice(0, 500));
  return { effect: verdict.effect, commands: commands.slice(0, MOST), script: verdict.script };
}

/** Where the simple commands of a syntax tree stand, in the order of the text. */
function commandsIn(node: unknown): { from: number; to: number }[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, pos, end } = node as { type?: unknown; pos?: unknown; end?: unknown };
  const inner = Object.values(node).flatMap(commandsIn);
  const own = type === 'Command' && typeof pos === 'number' && typeof end === 'number' ? [{ from: pos, to: end }] : [];
  return [...own, ...inner];
}
