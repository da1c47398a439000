import type { sandboxpb } from '@holdfast/protocol';

import type { Agent } from '../agent/agent.ts';
import type { Box } from '../engines/engine.ts';
import type { EgressRequest } from './egress-request.ts';
import type { SandboxFiles } from './files.ts';

/** Who a process or a file operation belongs to inside a box. */
export type SandboxUser = 'user' | 'root';

/** What a box uses, measured now. */
export interface BoxUsage {
  /** CPU time of all its processes since it was made, in seconds. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly cacheBytes: number;
  readonly diskBytes: number;
}

/** A box, with what the core needs beside. */
export interface LiveBox extends Pick<Box, 'pause' | 'resume' | 'ended' | 'destroy' | 'snapshot'> {
  /** Adds to the environment of each process what the box needs, such as the way out. */
  readonly agent: Pick<Agent, 'spawn' | 'connect'>;
  readonly files: SandboxFiles;
  usage(): Promise<BoxUsage>;
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
  /** Of the sandbox, too: what is made ahead has its id already. */
  readonly id: string;
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
