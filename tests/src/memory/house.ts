import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { createMemoryService, MemoryConfigSchema } from '@holdfast/memory';
import { ModelsConfig, openModels } from '@holdfast/models';
import type { MemoryApi } from '@holdfast/protocol';
import { type Database, openSqlite } from '@holdfast/storage';
import { silentLogger, systemClock } from '@holdfast/telemetry';
import {
  createPdfPrinter,
  createToolsService,
  memorySource,
  ToolsConfigSchema,
  type ToolModule,
} from '@holdfast/tools';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { openSandboxService } from '../support/sandbox-service.ts';

/** Agents with memory in this process: every service is the real one, over a folder that outlives it. */
export interface House {
  readonly memory: MemoryApi;
  readonly memoryDatabase: Database;
  /** Changes with `restart`. */
  readonly host: () => AgentHost;
  /** Ends the agents in an orderly way and starts them again on what is on the disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What a test chooses. */
export interface HouseOptions {
  /** Tools beside those of memory. */
  readonly modules?: readonly ToolModule[];
  /** Stands between the agents and their memory. */
  readonly through?: (memory: MemoryApi) => MemoryApi;
  /** Part of the `agent` section. */
  readonly config?: Record<string, unknown>;
  /** What is done before the agents begin. */
  readonly first?: (memory: MemoryApi) => Promise<void>;
}

/** `helper` and `other` learn nothing by themselves, `learner` does, `aloof` is given no memories. */
const AGENTS = [
  { name: 'helper', memory: { learn: false } },
  { name: 'other', memory: { learn: false } },
  { name: 'learner' },
  { name: 'aloof', memory: { recall_tokens: 0, learn: false } },
];

/** Opens them. @param providerUrl a server with `/chat/completions` */
export async function openHouse(folder: string, providerUrl: string, options: HouseOptions = {}): Promise<House> {
  const { modules = [], through, config = {}, first } = options;
  const models = await openModels(
    ModelsConfig.parse({
      default: ['local/scripted'],
      providers: { local: { type: 'openai-compatible', base_url: providerUrl, models: ['scripted'] } },
    }),
    { env: {}, fetch, clock: systemClock, random: Math.random },
  );
  const memoryDatabase = await openSqlite({ dataDir: join(folder, 'memory') });
  const service = await createMemoryService({
    database: memoryDatabase,
    config: MemoryConfigSchema.parse({}),
    dir: join(folder, 'vectors'),
    endpoint: { env: {}, fetch, clock: systemClock, random: Math.random },
    fetchPage: async () => {
      throw new Error('Nothing is fetched here.');
    },
    model: () => undefined,
    clock: systemClock,
    newId: () => randomUUID().replaceAll('-', ''),
    logger: silentLogger(),
  });
  await service.start();
  const memory = through ? through(service.api) : service.api;
  await first?.(service.api);
  const sandbox = openSandboxService();
  const tools = createToolsService({
    sandbox,
    config: ToolsConfigSchema.parse({}),
    clock: systemClock,
    logger: silentLogger(),
    pdf: createPdfPrinter({ executable: undefined, path: '' }),
    modules,
    sources: [memorySource(memory)],
  });
  const start = () =>
    startAgentHost({
      dataDir: join(folder, 'agents'),
      agents: [],
      model: () => models.resolve(models.defaults()),
      tools,
      memory,
      config: { agents: AGENTS, ...config },
    });
  let host = await start();
  return {
    memory,
    memoryDatabase,
    host: () => host,
    async restart() {
      await host.close();
      host = await start();
    },
    async close() {
      await host.close();
      await service.close();
      await memoryDatabase.close();
      await sandbox.close();
    },
  };
}
