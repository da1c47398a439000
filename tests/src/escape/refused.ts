import { constants } from 'node:os';

import type { Attack } from './attack.ts';
import type { Cell, Ran, RunOptions } from './cell.ts';
import { told } from './cell.ts';
import { type Verdict, verdict } from './probe.ts';

const { EPERM, EACCES, ENOSYS, EAFNOSUPPORT } = constants.errno;

/** Arguments of the program of the attempts, by what each is called in the evidence. */
export type Attempts = Readonly<Record<string, readonly string[]>>;

interface Expectation {
  /** Errors that are a refusal too, beside EPERM, EACCES, ENOSYS and EAFNOSUPPORT. */
  readonly also?: readonly number[];
  /** The number that says how it went. */
  readonly name?: string;
  readonly cell?: Cell;
  readonly options?: RunOptions;
}

/**
 * Makes each attempt as each user. Held when the kernel, or the filter before it, refused all of them; an error that comes
 * of the arguments is none: what let that through would let better arguments through too.
 */
export async function refused(attack: Attack, attempts: Attempts, expectation: Expectation = {}): Promise<Verdict> {
  const cell = expectation.cell ?? attack.attacker;
  const refusals = [EPERM, EACCES, ENOSYS, EAFNOSUPPORT, ...(expectation.also ?? [])];
  const said: string[] = [];
  let holds = true;
  for (const user of attack.users) {
    for (const [title, args] of Object.entries(attempts)) {
      const ran = await cell.probe(args, { user, ...expectation.options });
      const result = told(ran, expectation.name ?? 'result');
      const isRefused = result === undefined ? ran.signal === 'SIGSYS' : refusals.includes(-result);
      holds &&= isRefused;
      said.push(`${title} as ${user}: ${answer(ran, result)}`);
    }
  }
  return verdict(holds, said.join('; '));
}

/** A result in words: the name of an error, or what it was. */
export function answer(ran: Ran, result: number | undefined): string {
  if (result === undefined) return ran.signal || `exit code ${ran.exitCode} ${ran.stderr.trim()}`;
  return result < 0 ? errorName(-result) : `succeeded (${result})`;
}

/** ENOENT and the like. */
export function errorName(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `error ${errno}`;
}
