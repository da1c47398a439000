import { join } from 'node:path';

import { createEgress } from '@holdfast/egress';
import { type SandboxApi, sandboxpb } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import { openLongProcess } from '../process/long.ts';
import type { McpConfig } from './config.ts';
import { consulDiscovery } from './discovery/consul.ts';
import type { Discovery } from './discovery/discovery.ts';
import { etcdDiscovery } from './discovery/etcd.ts';
import { fileDiscovery } from './discovery/file.ts';
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
  const { clock, logger, sandbox } = deps;
  return new McpSource({
    ...deps,
    discoveries: discoveriesOf(deps),
    openProcess: (server, { command, args, env, cwd }, { level, egress }) =>
      openLongProcess(sandbox, {
        ...OWNER,
        name: `the MCP server ${server}`,
        argv: [command, ...args],
        env,
        egress,
        ...(cwd === '' ? {} : { cwd }),
        ...(level === undefined ? {} : { level: LEVELS[level] }),
      }),
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
