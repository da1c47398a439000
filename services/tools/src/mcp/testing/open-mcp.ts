import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createEgress } from '@holdfast/egress';
import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { silentLogger, systemClock } from '@holdfast/telemetry';

import type { ToolContext, ToolEvent, ToolOutcome } from '../../tool.ts';
import { McpConfigSchema } from '../config.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { fileDiscovery } from '../discovery/file.ts';
import { McpSource } from '../source.ts';
import { openPlainProcess, type PlainProcess } from './plain-process.ts';

/** The scripted server on stdin and stdout, as an entry of mcp.json names it. */
export const STDIO = { command: process.execPath, args: [join(import.meta.dirname, 'stdio-main.ts')] };

/** The MCP client with everything that it needs, over a data directory of its own. For tests only. */
export interface TestMcp {
  readonly source: McpSource;
  readonly dataDir: string;
  readonly workspace: string;
  /** Programs that were started, the latest last. */
  readonly processes: PlainProcess[];
  /** Calls that were counted: `server/outcome`. */
  readonly counted: string[];
  readonly write: (servers: JsonObject) => Promise<void>;
  readonly call: (tool: string, args?: JsonObject, options?: CallOptions) => Promise<ToolOutcome>;
  /** A second client over the same data directory, after the first was closed. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly events?: ToolEvent[];
}

/** Opens it with these servers in mcp.json. Times are short. */
export async function openMcp(
  servers: JsonObject,
  options: { config?: JsonObject; discoveries?: Discovery[] } = {},
): Promise<TestMcp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-mcp-'));
  const workspace = join(dataDir, 'workspace');
  await mkdir(workspace);
  const file = join(dataDir, 'mcp.json');
  const write = (now: JsonObject): Promise<void> => writeFile(file, JSON.stringify({ mcpServers: now }));
  await write(servers);
  const processes: PlainProcess[] = [];
  const counted: string[] = [];
  const config = McpConfigSchema.parse({
    breaker: { volume: 4, open_ms: 300, window_ms: 10_000 },
    reconnect: { first_ms: 50, max_ms: 400 },
    connect_timeout_ms: 10_000,
    ...options.config,
  });
  const make = (): McpSource =>
    new McpSource({
      config,
      dataDir,
      discoveries: [fileDiscovery({ files: [file], env: process.env }), ...(options.discoveries ?? [])],
      async openProcess(_, { command, args, env }) {
        const process = await openPlainProcess([command, ...args], { ...env });
        processes.push(process);
        return process;
      },
      egress: createEgress({
        policy: { key: 'none', allow: [], deny: [], allowPrivate: [], allowNoSni: false },
        clock: systemClock,
        onDecision: () => undefined,
        problem: () => undefined,
      }),
      clock: systemClock,
      random: Math.random,
      logger: silentLogger(),
      counted: (server, outcome) => void counted.push(`${server}/${outcome}`),
    });
  let source = make();
  await source.start();
  let calls = 0;
  return {
    get source() {
      return source;
    },
    dataDir,
    workspace,
    processes,
    counted,
    write,
    async call(tool, args = {}, { signal, events = [] } = {}) {
      const module = source.list().find(({ name }) => name === tool);
      if (!module) throw new HoldfastError('TOOL_UNKNOWN', `There is no ${tool}.`);
      const parsed = module.input.parse(args);
      if (parsed.problem !== undefined) throw new HoldfastError('INVALID_ARGUMENT', parsed.problem);
      calls += 1;
      const context: ToolContext = {
        ...contextOf(workspace, signal ?? new AbortController().signal),
        actionId: `a${calls}`,
        async emit(event) {
          events.push(event);
        },
      };
      try {
        return await module.run(parsed.args, context);
      } catch (error) {
        const { code, message, details } = HoldfastError.from(error);
        return { ok: false, code, message, value: details };
      }
    },
    async restart() {
      await source.close();
      source = make();
      await source.start();
    },
    async close() {
      await source.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A context for calls, without a sandbox of its own. */
export function contextOf(workspace: string, signal: AbortSignal): Omit<ToolContext, 'actionId' | 'emit'> {
  return {
    runId: 'run_1',
    tenant: 'default',
    subject: 'tester',
    user: 'tester',
    agent: '',
    traceparent: '',
    idempotencyKey: 'run_1:a1',
    attempt: 1,
    signal,
    workspace,
    inputs: new Map(),
    monotonic: systemClock.monotonic,
    remainingMs: () => 60_000,
    exec() {
      throw new HoldfastError('SANDBOX_UNAVAILABLE', 'There is no sandbox in this test.');
    },
    ready: async () => undefined,
  };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until a server is ready. */
export async function untilReady({ source }: TestMcp, server: string): Promise<void> {
  await until(`${server} is ready`, () =>
    source.status().some(({ name, instances }) => name === server && instances.some(({ state }) => state === 'ready')),
  );
}
