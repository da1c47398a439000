import { join } from 'node:path';

import type { BoxSpec } from '../engine.ts';
import { launcher } from '../guest/launcher.ts';

/** Programs of the host. */
export interface FirecrackerPrograms {
  readonly firecracker: string;
  /** Puts Firecracker into a root and namespaces of its own; used where it is given and Holdfast is root. */
  readonly jailer?: string | undefined;
  readonly agent: string;
  readonly setpriv: string;
}

/** How one machine's process is started. */
export interface FirecrackerCommand {
  readonly argv: readonly string[];
  /** The folder that the process works in, and that all paths of its API are relative to. */
  readonly folder: string;
}

/** The socket of the API, in the machine's folder. */
export const API_SOCKET = 'api.sock';

/**
 * The command for a machine. With the jailer its folder is the root of the jail, where the jailer expects it: the name of
 * the program and the id are part of its path.
 */
export async function firecrackerCommand(
  programs: FirecrackerPrograms,
  boxes: string,
  of: {
    readonly name: string;
    readonly owner: BoxSpec['owners']['user'];
    readonly cgroup?: BoxSpec['cgroup'] | undefined;
    readonly wrap?: BoxSpec['wrap'] | undefined;
  },
): Promise<FirecrackerCommand> {
  const { firecracker, jailer } = programs;
  if (jailer === undefined) {
    const argv = [firecracker, '--id', of.name, '--api-sock', API_SOCKET];
    return { argv: await launcher(programs, of, argv), folder: join(boxes, of.name) };
  }
  const jailed = jailerArguments(firecracker, boxes, of.name, of.owner);
  const groups = of.cgroup?.procsFiles ?? [];
  const entered = groups.length === 0 ? [] : [programs.agent, 'enter', ...groups, '--'];
  const wrapped = of.wrap ? of.wrap([jailer, ...jailed]) : [jailer, ...jailed];
  return { argv: [...entered, ...wrapped], folder: join(boxes, nameOf(firecracker), of.name, 'root') };
}

/** What the jailer is told: the unprivileged user, the place of the jail, and no control group beside the box's. */
export function jailerArguments(
  firecracker: string,
  base: string,
  id: string,
  owner: BoxSpec['owners']['user'],
): string[] {
  return [
    ['--id', id, '--exec-file', firecracker],
    ['--uid', String(owner.uid), '--gid', String(owner.gid)],
    ['--chroot-base-dir', base, '--cgroup-version', '2'],
    ['--', '--api-sock', API_SOCKET],
  ].flat();
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
