import type { Cage, Command } from '../command-engine.ts';

/** Where the host has the programs that the launcher is made of. */
export interface Programs {
  readonly bwrap: string;
  readonly setpriv: string;
  readonly prlimit: string;
  readonly env: string;
}

/** What of the host's root is there, and how: found once, when the engine is made. */
export interface HostRoot {
  /** /bin, /lib ... that are symbolic links on the host (merged /usr), with their targets. */
  readonly links: readonly (readonly [path: string, target: string])[];
  /** /usr, and /bin, /lib ... that are folders. */
  readonly folders: readonly string[];
}

/** Files of the host's /etc that programs need to start at all. Nothing else of it is seen. */
const ETC = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/localtime'];

/** File descriptors that the launcher reads or writes, beside the three standard ones. */
export const STATUS_FD = 3;
export const DATA_FDS = { passwd: 4, group: 5, hosts: 6, seccomp: 7 } as const;

/** The files that are made for the cage, as they are handed over on {@link DATA_FDS}. */
export function etcFiles(uid: number, gid: number): { passwd: string; group: string; hosts: string } {
  return {
    passwd: `root:x:0:0:root:/:/usr/sbin/nologin\nsandbox:x:${uid}:${gid}:sandbox:/tmp:/bin/sh\n`,
    group: `root:x:0:\nsandbox:x:${gid}:\n`,
    hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  };
}

/** The whole argument vector after `bwrap`. No shell takes part anywhere. */
export function bubblewrapArguments(
  cage: Cage,
  command: Command,
  host: { programs: Programs; root: HostRoot; isRoot: boolean; seccomp: boolean },
): string[] {
  return [
    ...namespaces(host.isRoot, cage),
    ...fileSystem(cage, host.root),
    '--json-status-fd',
    String(STATUS_FD),
    ...(host.seccomp ? ['--seccomp', String(DATA_FDS.seccomp)] : []),
    '--',
    ...(host.isRoot ? dropPrivileges(host.programs.setpriv, cage) : []),
    ...resourceLimits(host.programs.prlimit, cage),
    // The environment is set by the last program before the command: earlier ones may still be root, and would obey
    // an LD_PRELOAD.
    host.programs.env,
    '-i',
    '-C',
    command.cwd,
    ...Object.entries(command.env).map(([name, value]) => `${name}=${value}`),
    ...command.argv,
  ];
}

function namespaces(isRoot: boolean, cage: Cage): string[] {
  return [
    '--unshare-pid',
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
    // As root there is no user namespace: root makes the mounts, so that inputs below private folders are reached,
    // and setpriv needs these three to become the unprivileged user; it keeps none of them.
    ...(isRoot
      ? ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((cap) => ['--cap-add', cap])
      : ['--unshare-user', '--uid', String(cage.uid), '--gid', String(cage.gid)]),
  ];
}

function fileSystem(cage: Cage, root: HostRoot): string[] {
  const bounded = (path: string): string[] => [
    '--perms',
    '1777',
    '--size',
    String(cage.limits.tmpBytes),
    '--tmpfs',
    path,
  ];
  return [
    ...root.folders.flatMap((path) => ['--ro-bind', path, path]),
    ...root.links.flatMap(([path, target]) => ['--symlink', target, path]),
    // Made first: as mere parents of mount points they would be closed to the inside user.
    ...['/etc', '/input'].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...ETC.flatMap((path) => ['--ro-bind-try', path, path]),
    '--perms',
    '0444',
    '--ro-bind-data',
    String(DATA_FDS.passwd),
    '/etc/passwd',
    '--perms',
    '0444',
    '--ro-bind-data',
    String(DATA_FDS.group),
    '/etc/group',
    '--perms',
    '0444',
    '--ro-bind-data',
    String(DATA_FDS.hosts),
    '/etc/hosts',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...bounded('/dev/shm'),
    ...bounded('/tmp'),
    '--bind',
    cage.workspace,
    '/workspace',
    ...cage.inputs.flatMap(({ name, path }) => ['--ro-bind', path, `/input/${name}`]),
    // Where the inside user owns these memory file systems, it could fill them.
    '--remount-ro',
    '/dev',
    '--remount-ro',
    '/',
  ];
}

function dropPrivileges(setpriv: string, cage: Cage): string[] {
  return [
    setpriv,
    '--reuid',
    String(cage.uid),
    '--regid',
    String(cage.gid),
    '--clear-groups',
    '--inh-caps=-all',
    '--ambient-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    '--',
  ];
}

function resourceLimits(prlimit: string, cage: Cage): string[] {
  const { cpuS, memoryBytes, pids, fileBytes, openFiles } = cage.limits;
  return [
    prlimit,
    // One second between the two, so that the command ends by SIGXCPU, which names the cause.
    `--cpu=${cpuS}:${cpuS + 1}`,
    `--as=${memoryBytes}`,
    `--nproc=${pids}`,
    `--fsize=${fileBytes}`,
    `--nofile=${openFiles}`,
    '--core=0',
    '--',
  ];
}
