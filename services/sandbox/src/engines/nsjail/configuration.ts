import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { BoxSpec } from '../engine.ts';
import { INSIDE, serveArguments } from '../process/inside.ts';
import type { MountStep } from '../process/mount-plan.ts';

/** The descriptor of the agent's system call filter. */
export const FILTER_FD = 3;

/** A mount as nsjail's config.proto has it (`MountPt`); what is left out is false, or empty. */
interface MountPoint {
  readonly src?: string;
  /** Base64, as bytes are in JSON. */
  readonly dst: string;
  readonly fstype?: string;
  readonly options?: string;
  readonly is_bind?: true;
  readonly is_symlink?: true;
  readonly rw?: boolean;
  readonly mandatory?: false;
  readonly nosuid?: true;
  readonly nodev?: true;
  readonly noexec?: true;
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const DEVICE_LINKS = {
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  fd: '/proc/self/fd',
  ptmx: 'pts/ptmx',
};
/** Of folders that hold nothing but mount points. Bytes. */
const EMPTY_BYTES = 65_536;
const LOCKED = { nosuid: true, nodev: true } as const;

/**
 * The configuration for `nsjail --config`, as the JSON form of its config.proto (`NsJailConfig`). Everything that has a
 * default there which is none of ours is said. nsjail's own control groups, rlimits and system call filter are not used:
 * ours hold whatever made the cage.
 */
export function nsjailConfiguration(
  spec: BoxSpec,
  plan: readonly MountStep[],
  host: { readonly isRoot: boolean; readonly uid: number; readonly gid: number; readonly filter: boolean },
): Readonly<Record<string, unknown>> {
  return {
    name: `holdfast-${spec.id}`,
    mode: 'ONCE',
    hostname: 'sandbox',
    cwd: '/',
    time_limit: 0,
    nice_level: 0,
    log_level: 'ERROR',
    keep_env: false,
    disable_rl: true,
    ...userOf(host),
    pass_fd: host.filter ? [FILTER_FD] : [],
    mount_proc: false,
    mount: plan.flatMap((step, index) => mountsOf(step, plan.slice(0, index))),
    exec_bin: {
      path: AGENT_INSIDE,
      arg: serveArguments(spec, host.isRoot, host.filter ? FILTER_FD : undefined),
    },
  };
}

/**
 * Root makes the mounts, and the agent goes into a user namespace with two users that are nobody's on the host: so nsjail
 * makes none, and leaves what that takes. Elsewhere it makes one, in which the service's user is `user`.
 */
function userOf({ isRoot, uid, gid }: { isRoot: boolean; uid: number; gid: number }): Record<string, unknown> {
  if (isRoot) return { clone_newuser: false, cap: ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'] };
  const map = (inside: number, outside: number) => [
    { inside_id: String(inside), outside_id: String(outside), count: 1 },
  ];
  return { clone_newuser: true, uidmap: map(INSIDE.user.uid, uid), gidmap: map(INSIDE.user.gid, gid) };
}

/** nsjail makes a mount read-only, unless it is `rw`, once all of them are there: so no step has to close one. */
function mountsOf(step: MountStep, before: readonly MountStep[]): readonly MountPoint[] {
  switch (step.kind) {
    case 'bind':
      return [{ src: step.from, dst: step.to, is_bind: true, rw: step.writable, ...LOCKED }];
    case 'bind-if-there':
      return [{ src: step.from, dst: step.to, is_bind: true, mandatory: false, ...LOCKED }];
    case 'link':
      return [{ src: step.target, dst: step.to, is_symlink: true }];
    case 'folder':
      // It may have come with the template.
      return before.some(({ to }) => to === step.to) ? [] : [emptyFolder(step.to)];
    case 'memory':
      return [{ dst: step.to, fstype: 'tmpfs', options: `size=${step.bytes},mode=1777`, rw: true, ...LOCKED }];
    case 'proc':
      // The agent writes the maps of its user namespace there.
      return [{ dst: step.to, fstype: 'proc', rw: true, noexec: true, ...LOCKED }];
    case 'devices':
      return devicesAt(step.to);
    case 'close':
      return [];
  }
}

function emptyFolder(dst: string): MountPoint {
  return { dst, fstype: 'tmpfs', options: `size=${EMPTY_BYTES},mode=0755`, ...LOCKED };
}

function devicesAt(folder: string): readonly MountPoint[] {
  return [
    { ...emptyFolder(folder), noexec: true },
    ...DEVICES.map(
      (name): MountPoint => ({
        src: `/dev/${name}`,
        dst: `${folder}/${name}`,
        is_bind: true,
        rw: true,
        nosuid: true,
        noexec: true,
      }),
    ),
    ...Object.entries(DEVICE_LINKS).map(
      ([name, target]): MountPoint => ({ src: target, dst: `${folder}/${name}`, is_symlink: true }),
    ),
    {
      dst: `${folder}/pts`,
      fstype: 'devpts',
      options: 'newinstance,mode=0620,ptmxmode=0666',
      rw: true,
      nosuid: true,
      noexec: true,
    },
  ];
}
