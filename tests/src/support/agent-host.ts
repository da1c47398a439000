import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import {
  AGENT_SCHEMA,
  AgentConfigSchema,
  type AgentService,
  type AgentServiceDeps,
  Catalog,
  createAgentService,
  createInsightStore,
  createPostgresJournal,
  createSqliteJournal,
  toolsetOf,
  type Faults,
  noFaults,
  noObserver,
  type Observer,
} from '@holdfast/agent';
import type { Model } from '@holdfast/models';
import type { MemoryApi, ToolsApi } from '@holdfast/protocol';
import { type Database, openPostgres, openSqlite } from '@holdfast/storage';

/** The agent service alone on a real database, with a model and tools of the test's own. */
export interface AgentHost {
  readonly agent: AgentService;
  readonly database: Database;
  close(): Promise<void>;
}

/** What a test chooses. */
export interface AgentHostOptions {
  readonly dataDir: string;
  readonly model: (name: string) => Model;
  readonly agents: readonly string[];
  readonly tools: ToolsApi;
  /** The tools that the agents may use. Left out: all. */
  readonly toolNames?: readonly string[];
  readonly faults?: Faults;
  readonly observer?: Observer;
  readonly savePlaybook?: AgentServiceDeps['savePlaybook'];
  /** A PostgreSQL that several hosts share, in place of the embedded database. */
  readonly postgres?: string;
  /** What agents remember. Left out: nothing. */
  readonly memory?: MemoryApi;
  /** Part of the `agent` section of the configuration. */
  readonly config?: Record<string, unknown>;
}

let counter = 0;

/** Starts the service; recovery of what an earlier process left has begun when it resolves. */
export async function startAgentHost(options: AgentHostOptions): Promise<AgentHost> {
  const { postgres } = options;
  const database = postgres
    ? await openPostgres({ url: postgres, replicas: [] })
    : await openSqlite({ dataDir: options.dataDir });
  await database.migrate(AGENT_SCHEMA);
  const config = AgentConfigSchema.parse({
    agents: options.agents.map((name) => ({ name, models: [name] })),
    ...options.config,
  });
  const agent = createAgentService({
    journal: postgres ? createPostgresJournal(database) : createSqliteJournal(database),
    insight: createInsightStore(database),
    sampleResources: async () => ({ rssBytes: 1000, cpuFraction: 0.5, eventLoopDelayMs: 1, diskFreeBytes: 2000 }),
    tools: options.tools,
    ...(options.memory ? { memory: options.memory } : {}),
    catalog: new Catalog(config.agents, []),
    config,
    instance: async ({ agent: name }) => ({
      model: options.model(name),
      toolset: toolsetOf(options.tools, options.toolNames),
    }),
    unavailable: () => '',
    exportPlaybook: () => '',
    savePlaybook:
      options.savePlaybook ??
      (async () => {
        throw new Error('A host without playbooks cannot save any.');
      }),
    runsDir: join(options.dataDir, 'runs'),
    isolation: () => 'test',
    exclusive: postgres === undefined,
    workerId: randomUUID(),
    observer: options.observer ?? noObserver,
    faults: options.faults ?? noFaults,
    now: Date.now,
    newId: () => {
      counter += 1;
      return `run_${Date.now().toString(36)}_${process.pid.toString(36)}_${counter.toString(36).padStart(5, '0')}`;
    },
  });
  await agent.start();
  return {
    agent,
    database,
    close: async () => {
      await agent.stop(5000);
      await database.close();
    },
  };
}
