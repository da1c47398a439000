import { realpath } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { MountStep } from '../process/mount-plan.ts';

type Record = readonly [what: string, to: string, value: string];

/**
 * The plan as `agent cage` reads it: of each step three texts that end with a NUL. Links of the host are followed here,
 * because inside, their targets lie elsewhere.
 * Throws SANDBOX_UNAVAILABLE, naming it, when something of the host is not there.
 */
export async function planRecords(plan: readonly MountStep[]): Promise<string> {
  const records = await Promise.all(plan.map(recordOf));
  return records
    .filter((record) => record !== undefined)
    .map((record) => record.map((text) => `${text}\0`).join(''))
    .join('');
}

async function recordOf(step: MountStep): Promise<Record | undefined> {
  switch (step.kind) {
    case 'bind':
      return [step.writable ? 'bind' : 'ro-bind', step.to, await realpath(step.from).catch(missing(step.from))];
    case 'bind-if-there': {
      const from = await realpath(step.from).catch(ifThere);
      return from === undefined ? undefined : ['ro-bind', step.to, from];
    }
    case 'link':
      return ['link', step.to, step.target];
    case 'memory':
      return ['memory', step.to, String(step.bytes)];
    case 'folder':
    case 'proc':
    case 'devices':
    case 'close':
      return [step.kind, step.to, ''];
  }
}

function ifThere(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

function missing(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new HoldfastError('SANDBOX_UNAVAILABLE', `${path} cannot be shown in the sandbox, and nothing was run.`, {
      cause,
    });
  };
}
