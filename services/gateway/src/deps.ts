import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { McpServer, RequestStateCodec } from '@modelcontextprotocol/server';
import type {
  AgentApi,
  BrowserApi,
  ErrorBody,
  FilesApi,
  McpApi,
  MemoryApi,
  SandboxApi,
  SkillsApi,
  ToolsApi,
} from '@holdfast/protocol';
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

/** The connected models, as far as they are administered here. */
export interface ModelsAdmin {
  /** How to connect a model, as a sentence. */
  readonly connect: string;
  list(): readonly {
    readonly id: string;
    /** Where it was found: configuration, environment, loopback. */
    readonly source: string;
    readonly available: boolean;
    /** Where it comes from, or what is missing. */
    readonly why: string;
  }[];
  /** The ids that are asked where an agent names none, in order. */
  defaults(): readonly string[];
  /** One real call: it costs what it costs. Resolves also where the model does not answer. */
  check(id: string, signal: AbortSignal): Promise<ModelVerdict>;
}

/** What one real call of a model gave. */
export interface ModelVerdict {
  readonly id: string;
  readonly ok: boolean;
  readonly ms: number;
  /** US dollars; undefined: no price is known. */
  readonly costUsd: number | undefined;
  readonly error?: ErrorBody;
}

/** The configuration that is in force, without secrets. */
export interface EffectiveConfig {
  /** The file that was read; null: none. */
  readonly file: string | null;
  readonly values: readonly {
    readonly key: string;
    readonly value: unknown;
    readonly origin: string;
    /** What the key means; empty where nothing is said of it. */
    readonly description: string;
    /** The variable that sets it. */
    readonly environment: string;
  }[];
}

/** Another API on the same port, which authenticates by itself: E2B's, for sandboxes. */
export interface Front {
  /** Whether a request is for it: by its path, its host or a header. */
  claims(head: IncomingMessage): boolean;
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** What the gateway is made of. It knows the services by their interfaces only. */
export interface GatewayDeps {
  readonly agent: AgentApi;
  readonly tools: ToolsApi;
  /** The browsers of runs. Left out: there are none. */
  readonly browser?: BrowserApi;
  readonly sandbox: SandboxApi;
  /** Left out: there are no shared files. */
  readonly files?: FilesApi;
  /** Left out: there are no skills. */
  readonly skills?: SkillsApi;
  /** Left out: there is no memory. */
  readonly memory?: MemoryApi;
  /** Left out: there are no MCP servers. */
  readonly mcp?: McpApi;
  /** Asked before the routes. Left out: there is none. */
  readonly front?: Front;
  readonly database: Database;
  /** Absolute path of the data directory: never an input, home of local.key. */
  readonly dataDir: string;
  /** The built console (apps/console/dist); left out, or not built: its addresses say so. */
  readonly consoleDir?: string;
  readonly config: { readonly gateway: GatewayConfig; readonly auth: AuthConfig };
  /** Left out: the database, the agent service and the sandbox are probed. */
  readonly doctor?: () => Promise<DoctorReport>;
  /** Left out: the models cannot be seen from here. */
  readonly models?: ModelsAdmin;
  /** Left out: the configuration cannot be seen from here. */
  readonly effectiveConfig?: () => EffectiveConfig;
  /** Adds to what /mcp offers, for every session and request anew. `state` seals what a client keeps meanwhile. */
  readonly extendMcp?: (server: McpServer, state: RequestStateCodec) => void;
  /** The version of this build. */
  readonly version: string;
  readonly clock: Clock;
  /** A new unique id. */
  readonly ids: () => string;
  /** That many random bytes, from a cryptographic source. */
  readonly random: (bytes: number) => Uint8Array;
  readonly logger: Logger;
}
