import { AGENT_INSIDE } from '../../agent/binary.ts';
import type { Owner } from '../../host/workspace-owner.ts';
import { type BoxSpec, placeOf } from '../engine.ts';
import type { BoxFolder } from './box-folder.ts';
import type { Daemon } from './daemon.ts';
import { type MemoryFolder, tmpfsOptions } from './memory-folders.ts';

/** Where the folder of the links lies inside, and the sockets in it. */
export const LINKS_INSIDE = '/.holdfast/link';

/** Labels on everything that an engine makes, for whoever has to clean up after it. */
export const LABELS = { instance: 'holdfast.instance', box: 'holdfast.box' } as const;

/** What the kernel tells of the host, beyond what its namespaces hide. */
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/dev/block',
  '/sys/firmware',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Counted for each user of the host, where several boxes may be one user: the control group holds a box. */
const PROCESSES_OF_A_USER = 32_768;

/** What a container is made of, beside what the box is to be. */
export interface ContainerParts {
  readonly instance: string;
  readonly daemon: Daemon;
  /** The image's own id. */
  readonly image: string;
  readonly folders: readonly MemoryFolder[];
  /** Volumes that are mounted instead of some of these, by their paths. */
  readonly volumes: ReadonlyMap<string, string>;
  readonly folder: BoxFolder;
  /** The agent on the host. */
  readonly agent: string;
  /** JSON, and a file that holds it; undefined where there is none for this processor. */
  readonly seccomp: { readonly json: string; readonly file: string } | undefined;
}

/** The body of the API's call that creates a container. */
export function containerConfig(spec: BoxSpec, parts: ContainerParts): Record<string, unknown> {
  const { limits, owners } = spec;
  const { daemon } = parts;
  return {
    Image: parts.image,
    Entrypoint: [AGENT_INSIDE],
    Cmd: serveArguments('user'),
    User: numbersOf(owners.user),
    WorkingDir: '/',
    Hostname: 'sandbox',
    NetworkDisabled: true,
    // Nothing less ends the agent: an engine that stops need not wait for it.
    StopSignal: 'SIGKILL',
    Healthcheck: { Test: ['NONE'] },
    Labels: { [LABELS.instance]: parts.instance, [LABELS.box]: spec.id },
    HostConfig: {
      NetworkMode: 'none',
      IpcMode: 'private',
      CgroupnsMode: 'private',
      ...usersMode(daemon),
      ...(daemon.hasGvisor ? { Runtime: 'runsc' } : {}),
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: securityOptions(parts),
      MaskedPaths: MASKED,
      ReadonlyPaths: READ_ONLY,
      PidsLimit: limits.pids,
      Memory: limits.memoryBytes,
      // Memory and swap together.
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(limits.cpus * 1e9),
      // All named: an engine's own default may be more than it may give itself.
      Ulimits: [ulimit('nofile', limits.openFiles), ulimit('nproc', PROCESSES_OF_A_USER), ulimit('core', 0)],
      ShmSize: limits.tmpBytes,
      Tmpfs: Object.fromEntries(
        parts.folders
          .filter(({ path }) => !parts.volumes.has(path))
          .map((folder) => [folder.path, tmpfsOptions(folder)]),
      ),
      Mounts: mounts(spec, parts),
      LogConfig: { Type: 'none' },
      RestartPolicy: { Name: 'no' },
    },
  };
}

/** What the agent is told, as the process of one user. */
export function serveArguments(link: 'user' | 'root'): string[] {
  return ['serve', '--confine', 'none', '--socket', `${LINKS_INSIDE}/${link}`];
}

/** As the API names a user. */
export function numbersOf({ uid, gid }: Owner): string {
  return `${uid}:${gid}`;
}

function usersMode({ isPodman, isRootless, remapsUsers }: Daemon): Record<string, string> {
  if (isPodman && isRootless) return { UsernsMode: 'keep-id' };
  return remapsUsers ? { UsernsMode: 'host' } : {};
}

function securityOptions({ daemon, seccomp }: ContainerParts): string[] {
  const filter = seccomp ? [`seccomp=${daemon.isPodman ? seccomp.file : seccomp.json}`] : [];
  return ['no-new-privileges', ...filter];
}

function ulimit(name: string, value: number): { Name: string; Soft: number; Hard: number } {
  return { Name: name, Soft: value, Hard: value };
}

interface Mount {
  readonly Type: 'bind' | 'volume';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly BindOptions?: { readonly Propagation: 'rprivate'; readonly NonRecursive: boolean };
  readonly VolumeOptions?: { readonly NoCopy: boolean };
}

function mounts(spec: BoxSpec, { folder, agent, volumes }: ContainerParts): Mount[] {
  return [
    ...(spec.workspace === undefined ? [] : [bind(spec.workspace, '/workspace', false)]),
    ...(spec.home === undefined ? [] : [bind(spec.home, '/home/user', false)]),
    bind(agent, AGENT_INSIDE, true),
    bind(folder.links, LINKS_INSIDE, true),
    ...Object.entries(folder.etc).map(([name, path]) => bind(path, `/etc/${name}`, true)),
    ...spec.inputs.map((input) => bind(input.path, placeOf(input), true)),
    ...[...volumes].map(([path, name]) => volume(name, path)),
  ];
}

/** What is mounted below a folder does not come with it: "read-only" would not hold for that. */
function bind(from: string, to: string, isReadOnly: boolean): Mount {
  return {
    Type: 'bind',
    Source: from,
    Target: to,
    ReadOnly: isReadOnly,
    BindOptions: { Propagation: 'rprivate', NonRecursive: true },
  };
}

function volume(name: string, to: string): Mount {
  return { Type: 'volume', Source: name, Target: to, ReadOnly: false, VolumeOptions: { NoCopy: true } };
}
