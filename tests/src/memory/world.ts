import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { createMemoryService, MemoryConfigSchema, type MemoryService } from '@holdfast/memory';
import { ModelsConfig, openModels } from '@holdfast/models';
import type { MemoryApi } from '@holdfast/protocol';
import { type Database, openSqlite } from '@holdfast/storage';
import { silentLogger, systemClock } from '@holdfast/telemetry';
import { type Provider, type Script, startProvider } from '@holdfast/testing';
import {
  createPdfPrinter,
  createToolsService,
  memorySource,
  ToolsConfigSchema,
  type ToolModule,
} from '@holdfast/tools';

import { type AgentHost, startAgentHost } from '../support/agent-host.ts';
import { openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Agents with memory in one process: every service is the real one, and the model is a real server with a script. */
export interface World {
  readonly provider: Provider;
  readonly memory: MemoryApi;
  readonly memoryDatabase: Database;
  /** Changes with `restart`. */
  readonly host: () => AgentHost;
  /** The prompts that the model was given, each as one text, the oldest first. */
  prompts(): readonly string[];
  /** Ends the agents in an orderly way and starts them again on what is on the disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What a test chooses. */
export interface WorldOptions {
  readonly script: Script;
  /** Tools beside those of memory. */
  readonly modules?: readonly ToolModule[];
  /** Stands between the agents and their memory. */
  readonly through?: (memory: MemoryApi) => MemoryApi;
  /** Part of the `agent` section. */
  readonly config?: Record<string, unknown>;
}

/** Opens a world in a folder of its own. */
export async function openWorld({ script, modules = [], through, config = {} }: WorldOptions): Promise<World> {
  const dir = tempDir();
  const provider = await startProvider({ script });
  const models = await openModels(
    ModelsConfig.parse({
      default: ['local/scripted'],
      providers: { local: { type: 'openai-compatible', base_url: provider.openaiUrl, models: ['scripted'] } },
    }),
    { env: {}, fetch, clock: systemClock, random: Math.random },
  );
  const memoryDatabase = await openSqlite({ dataDir: join(dir.path, 'memory') });
  const service: MemoryService = await createMemoryService({
    database: memoryDatabase,
    config: MemoryConfigSchema.parse({}),
    dir: join(dir.path, 'vectors'),
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
      dataDir: join(dir.path, 'agents'),
      agents: [],
      model: () => models.resolve(models.defaults()),
      tools,
      memory,
      config: {
        agents: [
          { name: 'helper', memory: { learn: false } },
          { name: 'other', memory: { learn: false } },
          { name: 'learner' },
          { name: 'aloof', memory: { recall_tokens: 0, learn: false } },
        ],
        ...config,
      },
    });
  let host = await start();
  return {
    provider,
    memory,
    memoryDatabase,
    host: () => host,
    prompts: () => provider.requests.map(({ body }) => promptOf(body['messages'])),
    async restart() {
      await host.close();
      host = await start();
    },
    async close() {
      await host.close();
      await service.close();
      await memoryDatabase.close();
      await sandbox.close();
      await provider.close();
      dir.remove();
    },
  };
}

function promptOf(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  return messages
    .map((message: unknown) => {
      const { role, content } = message as { role: string; content: unknown };
      return `${role}: ${typeof content === 'string' ? content : JSON.stringify(content)}`;
    })
    .join('\n\n');
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
