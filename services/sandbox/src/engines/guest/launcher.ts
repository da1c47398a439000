import { stat } from 'node:fs/promises';

import type { BoxSpec } from '../engine.ts';

/** Programs of the host that start a machine's process. */
export interface LauncherPrograms {
  readonly agent: string;
  readonly setpriv: string;
}

/**
 * The command that joins the box's control groups, becomes its unprivileged user, and asks the kernel to be killed when
 * the service ends; only then does it become `argv`. Where Holdfast is not root it stays its own user.
 */
export async function launcher(
  programs: LauncherPrograms,
  of: {
    readonly owner: BoxSpec['owners']['user'];
    readonly cgroup?: BoxSpec['cgroup'] | undefined;
    readonly wrap?: BoxSpec['wrap'] | undefined;
  },
  argv: readonly string[],
): Promise<string[]> {
  const user = process.getuid?.() === 0 ? await userOptions(of.owner) : [];
  const unprivileged = [programs.setpriv, ...user, '--no-new-privs', '--pdeathsig', 'KILL', ...argv];
  const wrapped = of.wrap ? of.wrap(unprivileged) : unprivileged;
  const groups = of.cgroup?.procsFiles ?? [];
  return groups.length === 0 ? [...wrapped] : [programs.agent, 'enter', ...groups, '--', ...wrapped];
}

async function userOptions(owner: BoxSpec['owners']['user']): Promise<string[]> {
  const kvm = await stat('/dev/kvm').catch(() => undefined);
  const groups = kvm && kvm.gid !== 0 ? ['--groups', String(kvm.gid)] : ['--clear-groups'];
  const ids = ['--reuid', String(owner.uid), '--regid', String(owner.gid), ...groups];
  return [...ids, '--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
}
