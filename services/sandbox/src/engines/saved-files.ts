import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Agent, SpawnInit } from '../agent/agent.ts';

/** What a box writes to, beside /workspace, and that a snapshot keeps. */
const FOLDERS = { home: '/home/user', tmp: '/tmp' } as const;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Saves the files of `user` in /home/user and /tmp, for engines that cannot save memory: processes are not in such a
 * snapshot. /workspace is a folder of the host, and not in it either.
 * Throws FAILED_PRECONDITION when there is no `tar` in the box.
 */
export async function saveFiles(agent: Agent, folder: string): Promise<void> {
  // What others than `user` have put into /tmp, such as files of `root`, is left out where `user` may not read it.
  await pack(agent, FOLDERS.home, join(folder, 'home.tar'), { mayLeaveOut: false });
  await pack(agent, FOLDERS.tmp, join(folder, 'tmp.tar'), { mayLeaveOut: true });
}

/** Puts back what {@link saveFiles} saved. Throws FAILED_PRECONDITION when it is not whole. */
export async function restoreFiles(agent: Agent, folder: string): Promise<void> {
  for (const [name, path] of Object.entries(FOLDERS)) {
    const process = await startTar(agent, ['-C', path, '-xf', '-'], true);
    // A tar that ends early has said why.
    const sent = pipeline(createReadStream(join(folder, `${name}.tar`)), process.stdin).catch(() => undefined);
    const [complaint, { exitCode }] = await Promise.all([text(process.stderr), process.exited, sent]);
    process.stdout.resume();
    if (exitCode !== 0 && !isHarmless(complaint)) throw failed(`${path} could not be restored`, complaint);
  }
}

async function pack(
  agent: Agent,
  path: string,
  file: string,
  { mayLeaveOut }: { mayLeaveOut: boolean },
): Promise<void> {
  const process = await startTar(agent, ['-C', path, '-cf', '-', '.'], false);
  const [complaint, { exitCode }] = await Promise.all([
    text(process.stderr),
    process.exited,
    pipeline(process.stdout, createWriteStream(file, { mode: 0o600 })),
  ]);
  if (exitCode !== 0 && !mayLeaveOut && !isHarmless(complaint)) throw failed(`${path} could not be saved`, complaint);
}

/**
 * A file that changes while it is read is saved as it was found, and a socket is nothing without its process. The
 * folders themselves are the new box's own, as it made them.
 */
function isHarmless(complaint: string): boolean {
  const lines = complaint.split('\n').filter((line) => line !== '');
  return (
    lines.length > 0 &&
    lines.every((line) =>
      /changed as we read it|socket ignored|removed before|: \.: Cannot (utime|change mode)|Exiting with failure status/.test(
        line,
      ),
    )
  );
}

async function startTar(agent: Agent, options: readonly string[], stdin: boolean) {
  const init: SpawnInit = {
    argv: ['tar', ...options],
    env: { PATH, LANG: 'C' },
    cwd: '/',
    user: 'user',
    stdin,
    endTree: true,
  };
  try {
    return await agent.spawn(init);
  } catch (error) {
    if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
    throw failed('A snapshot needs the program tar, and the image has none', 'Add it to the template');
  }
}

function failed(what: string, why: string): HoldfastError {
  return new HoldfastError(
    'FAILED_PRECONDITION',
    `${what}: ${why.trim().slice(0, 500)}. The sandbox itself was not changed.`,
  );
}
