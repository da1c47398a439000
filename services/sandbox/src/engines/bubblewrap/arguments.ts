import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { BoxSpec } from '../engine.ts';

/** What of a root there is, and how: the host's, found once, or that of an unpacked template. */
export interface Root {
  /** /bin, /lib ... that are symbolic links (merged /usr), with their targets. */
  readonly links: readonly (readonly [path: string, target: string])[];
  /** Folders and files, read-only: where they lie on the host, and where in the box. */
  readonly folders: readonly (readonly [from: string, to: string])[];
  /** Whether /etc comes with it. Otherwise only what programs need to start at all is taken from the host's. */
  readonly hasEtc: boolean;
}

/** Files of the host's /etc that programs need to start. Nothing else of it is seen. */
const ETC = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/localtime', '/etc/ssl', '/etc/ca-certificates'];

/** File descriptors that the launcher or the agent reads or writes, beside the three standard ones. */
export const STATUS_FD = 3;
export const DATA_FDS = { passwd: 4, group: 5, hosts: 6, seccomp: 7 } as const;

/** The ids of the users inside. */
export const INSIDE = { user: { uid: 1000, gid: 1000 }, root: { uid: 0, gid: 0 } } as const;

/** The files that are made for the cage, as they are handed over on {@link DATA_FDS}. */
export function etcFiles(): { passwd: string; group: string; hosts: string } {
  return {
    passwd:
      'root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000:user:/home/user:/bin/bash\n' +
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    group: 'root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n',
    hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  };
}

/** The whole argument vector after `bwrap`. No shell takes part anywhere. */
export function bubblewrapArguments(
  spec: BoxSpec,
  host: { agent: string; root: Root; isRoot: boolean; seccomp: boolean },
): string[] {
  const { user, root } = spec.owners;
  return [
    ...namespaces(host.isRoot),
    ...fileSystem(spec, host.root, host.agent),
    '--clearenv',
    '--json-status-fd',
    String(STATUS_FD),
    '--',
    AGENT_INSIDE,
    'serve',
    // Root makes the mounts, so that inputs below private folders are reached; then the agent goes into a user
    // namespace, in which not even its root is the host's.
    ...(host.isRoot && root ? ['--users', String(user.uid), String(root.uid)] : []),
    '--confine',
    host.seccomp ? String(DATA_FDS.seccomp) : 'none',
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

function fileSystem(spec: BoxSpec, root: Root, agent: string): string[] {
  const inMemory = (path: string): string[] => [
    '--perms',
    '1777',
    '--size',
    String(spec.limits.tmpBytes),
    '--tmpfs',
    path,
  ];
  const made = (fd: number, path: string): string[] => ['--perms', '0444', '--ro-bind-data', String(fd), path];
  return [
    ...root.folders.flatMap(([from, to]) => ['--ro-bind', from, to]),
    ...root.links.flatMap(([path, target]) => ['--symlink', target, path]),
    // Made first: as mere parents of mount points they would be closed to the inside user.
    ...['/etc', '/input', '/home', '/run', '/.holdfast'].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...(root.hasEtc ? [] : ETC.flatMap((path) => ['--ro-bind-try', path, path])),
    ...made(DATA_FDS.passwd, '/etc/passwd'),
    ...made(DATA_FDS.group, '/etc/group'),
    ...made(DATA_FDS.hosts, '/etc/hosts'),
    '--ro-bind',
    agent,
    AGENT_INSIDE,
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...inMemory('/dev/shm'),
    ...inMemory('/tmp'),
    ...inMemory('/root'),
    ...(spec.home === undefined ? inMemory('/home/user') : ['--bind', spec.home, '/home/user']),
    ...(spec.workspace === undefined ? [] : ['--bind', spec.workspace, '/workspace']),
    ...spec.inputs.flatMap(({ name, path }) => ['--ro-bind', path, `/input/${name}`]),
    // Where the inside user owns these memory file systems, it could fill them.
    '--remount-ro',
    '/dev',
    '--remount-ro',
    '/',
  ];
}
