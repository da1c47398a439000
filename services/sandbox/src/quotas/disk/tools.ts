import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';

import { findProgram } from '../../host/find-program.ts';

/** Runs a program of the system, and answers what it prints. Throws UNAVAILABLE, saying that `doing` failed, and how. */
export async function runTool(doing: string, name: string, args: readonly string[]): Promise<string> {
  const program = await findProgram(name);
  if (program === undefined) throw failed(doing, `the program ${name} is not installed`);
  try {
    return (await promisify(execFile)(program, args, { env: { LC_ALL: 'C' } })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw failed(doing, said || `${name} failed`, error);
  }
}

function failed(doing: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('UNAVAILABLE', `${doing} did not work: ${why.slice(0, 300)}.`, { cause });
}
