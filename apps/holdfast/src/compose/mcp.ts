import { mkdir } from 'node:fs/promises';

import type { McpApi, SandboxApi } from '@holdfast/protocol';
import { createMcp, mcpApi, type ToolSource } from '@holdfast/tools';

import type { Ground } from '../house.ts';

/** The MCP servers of this installation. */
export interface HouseMcp {
  readonly source: ToolSource;
  readonly api: McpApi;
  /** Begins to connect. Resolves when the servers of mcp.json are known, with the tools that they had last time. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const BREAKER = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Finds MCP servers in mcp.json of the data directory, and wherever else the configuration says. */
export async function openHouseMcp(
  { clock, config, env, logger, metrics }: Ground,
  sandbox: SandboxApi,
): Promise<HouseMcp> {
  await mkdir(config.data_dir, { recursive: true });
  const calls = metrics.counterOf('holdfast_mcp_calls_total', 'Calls of MCP servers, by outcome.', [
    'server',
    'outcome',
  ]);
  const source = createMcp({
    config: config.tools.mcp,
    dataDir: config.data_dir,
    env,
    sandbox,
    sandboxes: { level: config.sandbox.level, egress: config.sandbox.egress.allow },
    clock,
    random: Math.random,
    logger,
    counted: (server, outcome) => calls({ server, outcome }),
  });
  metrics.gaugeOf(
    'holdfast_mcp_breaker_state',
    'Circuit breaker of each instance of an MCP server: 0 closed, 1 half open, 2 open.',
    ['server', 'instance'],
    () =>
      source
        .status()
        .flatMap(({ name, instances }) =>
          instances.map(({ id, breaker }) => ({ labels: { server: name, instance: id }, value: BREAKER[breaker] })),
        ),
  );
  return { source, api: mcpApi(source), start: () => source.start(), close: () => source.close() };
}
