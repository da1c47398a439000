import { detectHierarchies } from './detect.ts';
import { chooseBranches } from './hybrid.ts';
import { noCgroups } from './none.ts';
import { assertName, openParent } from './parent.ts';

/** What one sandbox may use, all its processes together. Held by the kernel, not by looking. */
export interface Quotas {
  /** Memory with page cache, tmpfs and kernel memory of the sandbox. No swap is given beside it. */
  readonly memoryBytes: number;
  /** Cores, 1.5 is one and a half. */
  readonly cpus: number;
  /** Processes and threads. */
  readonly pids: number;
  readonly diskReadIops?: number;
  readonly diskWriteIops?: number;
  /** Bytes a second, for reading and for writing each. */
  readonly diskBytesPerS?: number;
  /**
   * Folders whose devices the disk limits hold for, beside the machine's own disks: the mounted images that the
   * sandbox writes to. Each device has the whole limit.
   */
  readonly diskFolders?: readonly string[];
}

/** What one sandbox has used since its group was made, and holds now. */
export interface Usage {
  /** Processor time, microseconds. */
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number;
  readonly pids: number;
  /** As the disks saw it: what the page cache answered does not count. See `v1.ts` for what v1 does not count. */
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly readOps: number;
  readonly writeOps: number;
  /** How long the sandbox was held back by its share of CPU, microseconds. */
  readonly throttledUs: number;
  /** Processes that the kernel killed because the memory quota was reached. */
  readonly oomKills: number;
  /** How often a fork was refused because the quota of processes was reached. Not given by engines without cgroups. */
  readonly forksRefused?: number;
}

/** The control group of one sandbox, in every hierarchy that it needs. Each method throws UNAVAILABLE when the kernel refuses. */
export interface Cgroup {
  /** The unified group's id, which is what eBPF calls cgroup id. Undefined where the host has no unified hierarchy. */
  readonly id: bigint | undefined;
  /**
   * Absolute paths. A launcher writes "0" to each before it execs, so that nothing ever runs outside the group.
   *
   * The first of these writes after a quiet while takes about 10 ms, the others less than 0.1: the kernel waits until
   * no processor forks. `enterArguments` does without.
   */
  readonly procsFiles: readonly string[];
  /**
   * What `agent enter` is told so that a program begins in the group and nothing waits (agent/enter.h). Where the host has
   * a unified hierarchy the program is a child of what was started.
   */
  readonly enterArguments: readonly string[];
  /** Moves a process in. Children that it started before stay where they are. */
  add(pid: number): Promise<void>;
  usage(): Promise<Usage>;
  /** Resolves when every process stands still. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** SIGKILL to everything in it, frozen or not. Resolves when it is empty. */
  kill(): Promise<void>;
  /** Kills, and removes the group from every hierarchy. Nothing happens when it is gone already. */
  remove(): Promise<void>;
  /** As the service's own pid namespace numbers them. */
  pids(): Promise<number[]>;
}

/** Makes and finds the control groups of one service. */
export interface Cgroups {
  /** `v2`, `v1`, `hybrid` (v1 with a unified group beside it), or `none`. */
  readonly kind: string;
  /** Why there are none, and what to do about it. Only with `none`. */
  readonly why?: string;
  /** The folder of the parent group in the unified hierarchy, where the host has one. It is made with the first group. */
  readonly unifiedParent?: string;
  /** A new, empty group. Throws SANDBOX_UNAVAILABLE when the host cannot hold one of the quotas; nothing is left then. */
  create(id: string, quotas: Quotas): Promise<Cgroup>;
  /**
   * Kills and removes the groups that an earlier instance left, and the parent group when nothing lives in it.
   * Groups that this instance made, and those of `keep`, stay. Returns the ids that are gone.
   */
  reap(keep?: ReadonlySet<string>): Promise<string[]>;
}

/**
 * Opens the control groups of a service. All lie below one parent group `name`, made at the topmost group at which the
 * service may: so a service that was killed finds what it had left, wherever it is started from. Services that
 * share a machine need different names. Throws INVALID_ARGUMENT for a name that cannot be one; where nothing can be made
 * the driver is `none` and says why.
 */
export async function openCgroups(options: { readonly name: string }): Promise<Cgroups> {
  assertName(options.name);
  const branches = await chooseBranches(await detectHierarchies(), options.name);
  return 'why' in branches ? noCgroups(branches.why) : openParent(branches.kind, branches.list);
}
