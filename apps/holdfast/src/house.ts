import type { Clock, Logger, Metrics, Tracing } from '@holdfast/telemetry';

import type { ShownConfig } from './config/effective.ts';
import type { Config } from './config/schema.ts';

/** What `up` has ready when it composes the services. */
export interface Ground {
  readonly config: Config;
  /** The same without secrets, to be shown. */
  readonly shown: ShownConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly clock: Clock;
  /** The folder of the product: `playbooks/` lies in it. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The composed services in one process. */
export interface House {
  /** Opens the port and begins to work; resolves to the address, such as http://127.0.0.1:7717. */
  listen(): Promise<string>;
  /** The one-time link for the first owner; undefined where there is one. */
  setupUrl(): string | undefined;
  /** The isolation engine in words; empty where none works. */
  readonly isolation: string;
  /** The connected models. */
  readonly models: readonly string[];
  /** How to connect a model: shown where there is none. */
  readonly connectModel: string;
  /** Leaves every run at a checkpoint, then closes everything. What still works after `graceMs` is cut off. */
  close(graceMs: number): Promise<void>;
}
