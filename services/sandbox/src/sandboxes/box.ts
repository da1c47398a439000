import type { Duplex, Readable, Writable } from 'node:stream';

import type { sandboxpb } from '@holdfast/protocol';

import type { EgressRequest } from './egress-request.ts';
import type { SandboxFiles } from './files.ts';

/** Who a process or a file operation belongs to inside a box. */
export type BoxUser = 'user' | 'root';

/** A process to start in a box. */
export interface BoxSpawn {
  readonly argv: readonly [string, ...string[]];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly user: BoxUser;
  readonly pty?: { readonly cols: number; readonly rows: number };
  /** False: /dev/null. */
  readonly stdin: boolean;
  /** Whether what the process started is killed when it ends. */
  readonly endTree: boolean;
}

/** A process in a box. */
export interface BoxProcess {
  /** As seen inside. */
  readonly pid: number;
  readonly stdin: Writable;
  /** Of a terminal: all its output. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  signal(number: number): void;
  resize(cols: number, rows: number): void;
  /** SIGKILL to it and to what it started. */
  kill(): void;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: NodeJS.Signals | '' }>;
}

/** What a box uses, measured now. */
export interface BoxUsage {
  /** CPU time of all its processes since it was made, in seconds. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly cacheBytes: number;
  readonly diskBytes: number;
}

/** What the core needs of a cage that lives. */
export interface LiveBox {
  readonly agent: {
    spawn(init: BoxSpawn): Promise<BoxProcess>;
    /** TCP to 127.0.0.1:port inside. */
    connect(port: number): Promise<Duplex>;
  };
  readonly files: SandboxFiles;
  usage(): Promise<BoxUsage>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when it has ended, by whoever; the message says why. */
  readonly ended: Promise<{ readonly reason: string; readonly message: string }>;
  /** Kills all of it, and resolves when nothing is left. */
  destroy(): Promise<void>;
  /** Saves it to a folder; not there where the engine cannot. */
  snapshot?(folder: string): Promise<void>;
  /** Changes what it may reach; not there where that cannot be changed. */
  setEgress?(request: EgressRequest): void;
}

/** What a sandbox can be made of. */
export interface SandboxTemplate {
  readonly id: string;
  readonly names: readonly string[];
}

/** A box to be made. */
export interface BoxOrder {
  readonly id: string;
  readonly tenant: string;
  /** Id or name of a template. */
  readonly template: string;
  readonly level?: sandboxpb.Level;
  readonly egress: EgressRequest;
  /** A folder that {@link LiveBox.snapshot} filled: begin with what it holds. It may be gone afterwards. */
  readonly snapshot?: string;
}

/** A box that was made. */
export interface MadeBox {
  readonly box: LiveBox;
  readonly template: SandboxTemplate;
  readonly level: sandboxpb.Level;
  readonly engine: string;
  readonly size: {
    readonly cpus: number;
    readonly memoryBytes: number;
    readonly diskBytes: number;
  };
}

/** Makes boxes: chooses the engine, unpacks the template, sets limits. */
export interface Boxes {
  templates(): readonly SandboxTemplate[];
  /** @throws HoldfastError NOT_FOUND where there is no such template; SANDBOX_UNAVAILABLE where no engine will do. */
  create(order: BoxOrder): Promise<MadeBox>;
  /** Ends and removes what a killed service had left; how many boxes. */
  reap(): Promise<number>;
}
