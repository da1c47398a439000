import type { sandboxpb } from '@holdfast/protocol';

import type { Agent } from '../agent/agent.ts';
import type { Owner } from '../host/workspace-owner.ts';
import type { Cgroup, Usage } from '../quotas/cgroups/driver.ts';
import type { QuotaName } from '../quotas/watch.ts';

/** What a box may use, none left open. Bytes, counts and seconds as named. */
export interface BoxLimits {
  /** Of all processes together, with /tmp and /dev/shm. */
  readonly memoryBytes: number;
  /** Cores; 1.5 is one and a half. */
  readonly cpus: number;
  /** Processes and threads. */
  readonly pids: number;
  /** Of what the box may write, beside /workspace. */
  readonly diskBytes: number;
  /** Of each of /tmp and /dev/shm, which live in memory. */
  readonly tmpBytes: number;
  readonly openFiles: number;
}

/** The outer users that the inside ones are: never 0. */
export interface BoxOwners {
  /** Of `user`, 1000 inside. */
  readonly user: Owner;
  /** Of `root`; left out where Holdfast is not root itself, and so can give a box only one user. */
  readonly root?: Owner;
}

/** Something of the host that a box sees. */
export interface BoxInput {
  readonly name: string;
  /** The absolute host path. */
  readonly path: string;
  /** Left out: /input/<name>. */
  readonly at?: string;
}

/** Where an input appears inside. */
export function placeOf({ name, at }: BoxInput): string {
  return at ?? `/input/${name}`;
}

/** One box to be made. All paths are absolute host paths. */
export interface BoxSpec {
  /** Small letters and digits, 40 at most. What an engine makes on the host is called `holdfast-<id>`. */
  readonly id: string;
  /** Becomes /workspace. */
  readonly workspace?: string;
  /** Become /input/<name>, or `at` where it is given, read-only. None lies within another. */
  readonly inputs: readonly BoxInput[];
  /** Becomes /home/user; belongs to `owners.user`. Left out: the engine makes one that goes with the box. */
  readonly home?: string;
  /** The unpacked root of a template, read-only. Left out: the programs of the host. */
  readonly rootfs?: string;
  /** The image of a template, by the name that the engine's store knows it by. */
  readonly image?: string;
  readonly owners: BoxOwners;
  readonly limits: BoxLimits;
  /** Everything of the box runs in it, from its first instruction. Left out where the host has none. */
  readonly cgroup?: Cgroup;
  /** Put before the program that the engine starts on the host (the audit's fallback). */
  readonly wrap?: (argv: readonly string[]) => readonly string[];
}

/** Why a box is no more. */
export interface BoxEnding {
  readonly reason: 'destroyed' | 'died' | 'quota';
  readonly quota?: QuotaName;
  /** One sentence. */
  readonly message: string;
}

/** A cage that lives: an agent in isolation. */
export interface Box {
  readonly agent: Agent;
  /** Where the agent's program lies, as commands see it. Left out: at its usual place. */
  readonly agentInside?: string;
  /** What it has used and holds now. */
  usage(): Promise<Usage>;
  /** Resolves when nothing in it runs. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Saves it to a folder, so that `restore` can go on from there. Left out where the engine cannot. */
  snapshot?(folder: string): Promise<void>;
  /** Resolves when it has ended, by whoever. */
  readonly ended: Promise<BoxEnding>;
  /** Kills everything in it. Resolves when nothing is left on the host: processes, mounts, namespaces, containers, files. */
  destroy(): Promise<void>;
}

/** A product that isolates at one level. Every engine passes `conformance.ts`. */
export interface Engine {
  /** bubblewrap, docker, qemu ... */
  readonly name: string;
  readonly level: sandboxpb.Level;
  /** Whether it makes /home/user of `BoxSpec.home`, a folder whose size is bounded. Otherwise it bounds one of its own. */
  readonly wantsHome?: boolean;
  /** Whether its boxes are made of templates that lie with it: then none is made here. */
  readonly hasOwnTemplates?: boolean;
  /** Whether it shows folders of the host inside: workspace and inputs. Otherwise they are copied in and out. */
  readonly mountsFolders?: boolean;
  /**
   * What a box takes of the host beside what it gives to the inside, where a program of the host holds the box: its
   * control group needs the limits and this.
   */
  readonly overhead?: { readonly memoryBytes: number; readonly pids: number };
  /** What it is and which version. Throws SANDBOX_UNAVAILABLE with what to do where it is not there. */
  version(): Promise<string>;
  /** Throws SANDBOX_UNAVAILABLE when the cage could not be built: nothing is left then. */
  create(spec: BoxSpec): Promise<Box>;
  /** A box that goes on where `snapshot` saved it. Left out where the engine cannot. */
  restore?(folder: string, spec: BoxSpec): Promise<Box>;
  /** Ends and removes what a killed service had left; how many boxes. */
  reap(): Promise<number>;
}
