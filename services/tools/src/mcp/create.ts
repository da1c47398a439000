import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { createEgress } from '@holdfast/egress';
import { type SandboxApi, sandboxpb } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import { type LongProcess, openLongProcess } from '../process/long.ts';
import type { McpConfig, McpServerPolicy } from './config.ts';
import { consulDiscovery } from './discovery/consul.ts';
import type { Discovery, StdioSpec } from './discovery/discovery.ts';
import { etcdDiscovery } from './discovery/etcd.ts';
import { fileDiscovery } from './discovery/file.ts';
import { thisHost } from './program/host.ts';
import { planProgram } from './program/plan.ts';
import { McpSource } from './source.ts';

/** What {@link createMcp} takes from the outside. */
export interface CreateMcpDeps {
  readonly config: McpConfig;
  /** mcp.json lies in it. */
  readonly dataDir: string;
  /** What mcp.json may put in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where stdio servers run. */
  readonly sandbox: SandboxApi;
  /** What the operator lets sandboxes be: the level where an entry names none, and what any of them may reach. */
  readonly sandboxes: { readonly level: string; readonly egress: readonly string[] };
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Counts a call of a server, by how it ended. */
  readonly counted: (server: string, outcome: string) => void;
}

const LEVELS = {
  process: sandboxpb.Level.PROCESS,
  container: sandboxpb.Level.CONTAINER,
  microvm: sandboxpb.Level.MICROVM,
} as const;

/** No MCP server belongs to one tenant: all share its process. */
const OWNER = { tenant: 'default', subject: 'mcp' };

/** The MCP client of the platform, with the discoveries that are configured. */
export function createMcp(deps: CreateMcpDeps): McpSource {
  const { clock, logger } = deps;
  return new McpSource({
    ...deps,
    discoveries: discoveriesOf(deps),
    openProcess: (server, spec, policy) => openServer(deps, server, spec, policy),
    egress: createEgress({
      // Each server brings a policy of its own, made of its entry.
      policy: { key: 'mcpServers', allow: [], deny: [], allowPrivate: [], allowNoSni: false },
      clock,
      onDecision: (record) => {
        if (record.verdict === 'deny') logger.warn({ ...record }, 'An MCP server was not reached.');
      },
      problem: (error) => logger.error({ err: error }, 'The way out to an MCP server failed.'),
    }),
    counted: deps.counted,
  });
}

async function openServer(
  { sandbox, sandboxes, dataDir, env: hostEnv }: CreateMcpDeps,
  server: string,
  spec: StdioSpec,
  { level, egress, workspace: configured }: McpServerPolicy,
): Promise<LongProcess> {
  const workspace = configured === undefined ? ownWorkspace(dataDir, server) : resolve(configured);
  const wishes = {
    server,
    workspace,
    online: egress.length > 0 && sandboxes.egress.length > 0,
    hostPrograms: (level ?? sandboxes.level) === 'process',
  };
  const host = thisHost(hostEnv, homedir(), resolve(dataDir));
  const { argv, env, cwd, places } = await planProgram(spec, wishes, host);
  if (configured === undefined) await mkdir(workspace, { recursive: true });
  return openLongProcess(sandbox, {
    ...OWNER,
    name: `the MCP server ${server}`,
    argv,
    env,
    egress,
    workspace,
    places,
    ...(cwd === '' ? {} : { cwd }),
    ...(level === undefined ? {} : { level: LEVELS[level] }),
  });
}

/** It outlives the server: caches and what it keeps lie in it. A name of dots alone would lead elsewhere. */
function ownWorkspace(dataDir: string, server: string): string {
  const folder = /^\.+$/.test(server) ? server.replaceAll('.', '%2E') : server;
  return resolve(dataDir, 'mcp', 'workspaces', folder);
}

function discoveriesOf({ config, dataDir, env, random }: CreateMcpDeps): readonly Discovery[] {
  const { etcd, consul } = config;
  const found: Discovery[] = [fileDiscovery({ files: [join(dataDir, 'mcp.json'), ...config.files], env })];
  if (etcd) {
    const { endpoints, prefix, username, password } = etcd;
    const login = username === undefined || password === undefined ? {} : { username, password };
    found.push(etcdDiscovery({ endpoints, prefix, random, ...login }));
  }
  if (consul) {
    const { url, token, tag, wait_s: waitSeconds } = consul;
    const sent = token === undefined ? {} : { token };
    found.push(consulDiscovery({ url, tag, waitSeconds, fetch, random, ...sent }));
  }
  return found;
}
