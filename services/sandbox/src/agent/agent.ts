import type { Duplex, Readable, Writable } from 'node:stream';

/** A user inside a box: `user` (1000, the default), `root`, or any other by number. */
export type BoxUser = 'user' | 'root' | { readonly uid: number; readonly gid: number };

/** One command for the agent to start. */
export interface SpawnInit {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A path inside the box. */
  readonly cwd: string;
  readonly user: BoxUser;
  /** Give it a terminal of this size instead of three pipes. */
  readonly pty?: { readonly cols: number; readonly rows: number };
  /** False: its stdin is empty. */
  readonly stdin: boolean;
  /** When the command has ended, by itself or killed, end everything that it started. */
  readonly endTree: boolean;
  /** Limits of the process and of what it starts; what is not named is not limited. Bytes, seconds, counts. */
  readonly limits?: Partial<
    Record<'cpuS' | 'fileBytes' | 'coreBytes' | 'processes' | 'openFiles' | 'memoryBytes', number>
  >;
}

/** How a process ended: 128 + signal where a signal ended it. */
export interface ProcessEnding {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | '';
  /** One line on the quota that ended it. The agent does not know of quotas: the host adds it. */
  readonly notice?: string;
}

/** A command that runs in a box. Its streams hold it back while nobody reads them. */
export interface AgentProcess {
  /** As it is seen inside. */
  readonly pid: number;
  readonly stdin: Writable;
  /** Of a terminal: all output. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Sends a signal to the process; does nothing once it has ended. */
  signal(number: number): void;
  resize(cols: number, rows: number): void;
  /** SIGKILL to the process and all that it started. May be called at any time, and again. */
  kill(): void;
  /**
   * Resolves when it has gone (with `endTree`: and all that it started). Its output may still have to be read.
   * Rejects with UNAVAILABLE when the box went away before.
   */
  readonly exited: Promise<ProcessEnding>;
}

/** The host's side of the program that runs in every box and starts everything in it. */
export interface Agent {
  /**
   * Starts a command. Throws NOT_FOUND (no such program), PERMISSION_DENIED (cannot be executed), FAILED_PRECONDITION
   * (no such cwd, or no such user here), RESOURCE_EXHAUSTED (no more processes), TOO_LARGE, UNAVAILABLE (box gone).
   */
  spawn(init: SpawnInit): Promise<AgentProcess>;
  /** A connection to a port on the box's 127.0.0.1. Throws FAILED_PRECONDITION when nothing listens there. */
  connect(port: number): Promise<Duplex>;
  /** Has the agent listen on a port of the box's 127.0.0.1 and hands over what connects. */
  listen(port: number, onConnection: (stream: Duplex) => void): Promise<void>;
  /** Resolves when the agent has gone, and with it everything in the box. */
  readonly closed: Promise<void>;
}
