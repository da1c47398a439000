import type { AgentApi, SandboxApi, ToolsApi } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Clock, Logger } from '@holdfast/telemetry';

import type { AuthConfig, GatewayConfig } from './config.ts';

/** One thing that the doctor really used once. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, and where it does not work what to do. */
  readonly verdict: string;
}

/** What `holdfast doctor` and `GET /api/v1/doctor` say. */
export interface DoctorReport {
  /** Whether everything that is needed works. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** What the gateway is made of. It knows the services by their interfaces only. */
export interface GatewayDeps {
  readonly agent: AgentApi;
  readonly tools: ToolsApi;
  readonly sandbox: SandboxApi;
  readonly database: Database;
  /** Absolute path of the data directory: never an input, home of local.key. */
  readonly dataDir: string;
  /** The built console (apps/console/dist); left out, or not built: its addresses say so. */
  readonly consoleDir?: string;
  readonly config: { readonly gateway: GatewayConfig; readonly auth: AuthConfig };
  /** Left out: the database, the agent service and the sandbox are probed. */
  readonly doctor?: () => Promise<DoctorReport>;
  readonly clock: Clock;
  /** A new unique id. */
  readonly ids: () => string;
  /** That many random bytes, from a cryptographic source. */
  readonly random: (bytes: number) => Uint8Array;
  readonly logger: Logger;
}
