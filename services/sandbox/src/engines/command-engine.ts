import type { Readable, Writable } from 'node:stream';

import type { sandboxpb } from '@holdfast/protocol';

import type { CageLimits } from '../limits.ts';

/** What one sandbox is, on the host. All paths are absolute host paths. */
export interface Cage {
  readonly workspace: string;
  readonly inputs: readonly { readonly name: string; readonly path: string }[];
  /** The user of the host that its commands run as: never 0 where the level isolates. */
  readonly uid: number;
  readonly gid: number;
  readonly limits: CageLimits;
}

/** One command, checked. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  /** A path inside the sandbox. */
  readonly cwd: string;
}

/** How a command ended. `signal` is empty where it exited by itself. */
export interface Ending {
  /** 128 + signal where a signal ended it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | '';
  /** Why the engine itself ended it: a line for stderr. */
  readonly notice?: string;
}

/** A command that has been started. */
export interface Started {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Ends everything that the command started, not only itself. May be called at any time, and again. */
  kill(): void;
  /**
   * Resolves when nothing of the command is left on the host. Rejects with SANDBOX_UNAVAILABLE when the cage could
   * not be built: the command was not run, and stderr says why.
   */
  readonly ended: Promise<Ending>;
}

/** A product that runs commands at one level of isolation. Every engine passes `conformance.ts`. */
export interface Engine {
  /** bubblewrap, unisolated ... */
  readonly name: string;
  readonly level: sandboxpb.Level;
  /** What it is and which version, or why it is not there. Starts nothing that could outlive the call. */
  version(): Promise<string>;
  /**
   * Starts the command in the cage. As with env(1), and with one line on stderr, the exit code is 125 when there is no
   * such cwd, 126 when the program cannot be executed, 127 when there is none of that name.
   *
   * Rejects with TOO_LARGE when the arguments are more than the kernel takes, UNAVAILABLE when the host can start no
   * more processes.
   */
  start(cage: Cage, command: Command): Promise<Started>;
}
