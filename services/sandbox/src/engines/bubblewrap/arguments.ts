import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { BoxSpec } from '../engine.ts';
import { INSIDE, serveArguments } from '../process/inside.ts';
import type { MountStep } from '../process/mount-plan.ts';

/** File descriptors that bubblewrap or the agent reads or writes, beside the three standard ones. */
export const STATUS_FD = 3;
export const FILTER_FD = 4;

/** The whole argument vector after `bwrap`. No shell takes part anywhere. */
export function bubblewrapArguments(
  spec: BoxSpec,
  plan: readonly MountStep[],
  host: { readonly isRoot: boolean; readonly filter: boolean },
): string[] {
  return [
    ...namespaces(host.isRoot),
    ...fileSystem(plan),
    '--clearenv',
    '--json-status-fd',
    String(STATUS_FD),
    '--',
    AGENT_INSIDE,
    ...serveArguments(spec, host.isRoot, host.filter ? FILTER_FD : undefined),
  ];
}

function namespaces(isRoot: boolean): string[] {
  return [
    '--unshare-pid',
    '--as-pid-1',
    '--unshare-ipc',
    '--unshare-net',
    '--unshare-uts',
    '--unshare-cgroup-try',
    '--hostname',
    'sandbox',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    ...(isRoot
      ? // What it takes to make a user namespace with two users; the agent gives them up.
        ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((cap) => ['--cap-add', cap])
      : ['--unshare-user', '--uid', String(INSIDE.user.uid), '--gid', String(INSIDE.user.gid)]),
  ];
}

function fileSystem(plan: readonly MountStep[]): string[] {
  return plan.flatMap((step) => {
    switch (step.kind) {
      case 'bind':
        return [step.writable ? '--bind' : '--ro-bind', step.from, step.to];
      case 'bind-if-there':
        return ['--ro-bind-try', step.from, step.to];
      case 'link':
        return ['--symlink', step.target, step.to];
      case 'folder':
        return ['--perms', '0755', '--dir', step.to];
      case 'memory':
        return ['--perms', '1777', '--size', String(step.bytes), '--tmpfs', step.to];
      case 'proc':
        return ['--proc', step.to];
      case 'devices':
        return ['--dev', step.to];
      case 'close':
        return ['--remount-ro', step.to];
    }
  });
}
