import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import {
  AGENT_SCHEMA,
  type AgentInstance,
  Catalog,
  createAgentService,
  createInsightStore,
  createPostgresJournal,
  createSqliteJournal,
  parseFaults,
  type PlaybookEntry,
  toolsetOf,
} from '@holdfast/agent';
import { createGateway, type Gateway } from '@holdfast/gateway';
import {
  CONNECT_A_MODEL,
  exportPlaybook,
  loadPlaybooks,
  type Playbook,
  type ModelRegistry,
  openModels,
  playbookModel,
  resolveTask,
} from '@holdfast/models';
import { HoldfastError, sandboxpb, type ToolsApi } from '@holdfast/protocol';
import { createE2bHandler, createSandboxService, thisHost, type SandboxService } from '@holdfast/sandbox';
import { type Database, openPostgres, openSqlite } from '@holdfast/storage';
import { createPdfPrinter, createSqlLedger, createToolsService, memorySource, USAGE_SCHEMA } from '@holdfast/tools';

import { openHouseBrowser } from './compose/browser.ts';
import { openSharedFiles } from './compose/files.ts';
import { openHouseMcp } from './compose/mcp.ts';
import { openHouseMemory } from './compose/memory.ts';
import { createObserver } from './compose/observer.ts';
import { createResourceSampler } from './compose/resources.ts';
import { openSandboxRecords } from './compose/sandbox-observer.ts';
import { savePlaybook } from './compose/save-playbook.ts';
import { openHouseSkills } from './compose/skills.ts';
import type { Config } from './config/schema.ts';
import { diagnoseRunning } from './doctor/running.ts';
import type { Ground, House } from './house.ts';
import { VERSION } from './version.ts';

/** Where the API for sandboxes begins, on the gateway's port. */
const E2B_PREFIX = '/e2b';

/** Puts the services together in one process (AR-1): each knows the others only by the interfaces of the protocol. */
export async function compose(ground: Ground): Promise<House> {
  const { config, logger, metrics, clock } = ground;
  const runsDir = join(config.data_dir, 'runs');
  const ownPlaybooks = join(config.data_dir, 'playbooks');
  const [database, models, loaded] = await Promise.all([
    openDatabase(config),
    openModels(config.models, { env: ground.env, fetch, clock, random: Math.random }),
    loadPlaybooks([join(ground.root, 'playbooks'), ownPlaybooks]),
    mkdir(runsDir, { recursive: true, mode: 0o711 }),
  ]);
  for (const problem of loaded.problems) logger.warn(problem.message);
  const playbooks = new Map(loaded.playbooks.map((playbook) => [playbook.name, playbook]));
  const sandboxDir = join(config.data_dir, 'sandboxes');
  const records = await openSandboxRecords(join(sandboxDir, 'records'), ground);
  const sandbox = createSandboxService(config.sandbox, { ...thisHost(sandboxDir), clock, observer: records.observer });
  const started = startSandbox(sandbox, logger);
  const pdf = createPdfPrinter({ executable: config.tools.browser.executable, path: ground.env['PATH'] ?? '' });
  const files = await openSharedFiles(ground, database);
  const browser = await openHouseBrowser(ground);
  const memory = await openHouseMemory(ground, database, models);
  const skills = await openHouseSkills(ground, sandbox, memory?.api);
  const mcp = await openHouseMcp(ground, sandbox);
  const tools = createToolsService({
    sandbox,
    config: config.tools,
    clock,
    logger,
    pdf,
    ledger: createSqlLedger(database),
    called: (call) => metrics.toolCalled(call),
    sources: [browser.source, files.source, ...(memory ? [memorySource(memory.api)] : []), skills.source, mcp.source],
  });
  const [isolation] = await Promise.all([isolationOf(sandbox), migrate(database), started]);
  const embedded = database.dialect === 'sqlite';
  const resources = createResourceSampler(config.data_dir, clock.monotonic);
  const agent = createAgentService({
    journal: embedded ? createSqliteJournal(database) : createPostgresJournal(database),
    insight: createInsightStore(database),
    sampleResources: () => resources.sample(),
    tools,
    ...(memory ? { memory: memory.api } : {}),
    catalog: new Catalog(
      config.agent.agents,
      [...playbooks.values()].map((playbook) => entryOf(playbook)),
    ),
    config: config.agent,
    instance: (of) => makeInstance(of, { models, playbooks, tools, config }),
    unavailable: (of) => (of.playbook ? '' : whyUnavailable(models, of.models)),
    exportPlaybook: (messages, created, name) =>
      exportPlaybook(messages, { name, task: created.task, parameters: created.parameters, inputs: created.inputs }),
    savePlaybook: async (name, markdown) => {
      const playbook = await savePlaybook(ownPlaybooks, name, markdown);
      playbooks.set(name, playbook);
      return { path: playbook.file, playbook: entryOf(playbook) };
    },
    runsDir,
    isolation: () => isolation,
    exclusive: embedded,
    workerId: `${hostname()}-${process.pid}-${randomUUIDv7()}`,
    observer: createObserver(ground),
    faults: parseFaults(ground.env['HOLDFAST_FAULT'], () => process.kill(process.pid, 'SIGKILL')),
    now: clock.now,
    newId: () => `run_${randomUUIDv7().replaceAll('-', '')}`,
  });
  metrics.gauge('holdfast_runs_working', 'Runs that are worked on.', () => agent.stats().working);
  metrics.gauge('holdfast_sandboxes', 'Sandboxes of the API, running and paused.', () => [...sandboxes.all()].length);
  metrics.gauge('holdfast_runs_waiting', 'Runs that wait for a place.', () => agent.stats().waiting);
  const sandboxes = await sandbox.sandboxes();
  const gateway: Gateway = await createGateway({
    agent,
    tools,
    browser: browser.api,
    files: files.api,
    skills: skills.api,
    mcp: mcp.api,
    ...(memory ? { memory: memory.api } : {}),
    sandbox,
    front: createE2bHandler({
      sandboxes,
      prefix: E2B_PREFIX,
      domain: config.gateway.sandbox_domain ?? `localhost:${config.gateway.port}`,
      authenticate: async (apiKey) => {
        const tenant = await gateway.tenantOf(apiKey);
        return tenant === undefined ? undefined : { tenant };
      },
      newId: () => randomUUIDv7().replaceAll('-', ''),
      now: clock.now,
      onError: (error) => logger.error({ err: error }, 'The sandbox API failed.'),
    }),
    database,
    dataDir: config.data_dir,
    consoleDir: join(ground.root, 'apps', 'console', 'dist'),
    config: { gateway: config.gateway, auth: config.auth },
    version: VERSION,
    clock,
    ids: randomUUIDv7,
    random: randomBytes,
    logger,
    models: { connect: CONNECT_A_MODEL, ...models },
    effectiveConfig: () => ground.shown,
    doctor: () =>
      diagnoseRunning(ground, {
        database,
        locks: files.locks,
        sandbox,
        models,
        mcp: mcp.api,
        skills: skills.api,
        memory: memory?.api,
      }),
  });
  let closing = false;
  let begun: Promise<void> = Promise.resolve();
  const begin = async (): Promise<void> => {
    // Runs that go on may need tools of MCP servers: those that are known from last time are there at once.
    await mcp.start().catch((error: unknown) => logger.error({ err: error }, 'MCP servers could not be looked for.'));
    if (closing) return;
    await agent.start().catch((error: unknown) => logger.error({ err: error }, 'The runs could not be taken up.'));
  };
  return {
    async listen() {
      const url = await gateway.listen();
      // Answers `not ready` until it is done; the port is open meanwhile.
      files.start();
      browser.start();
      skills.start();
      memory?.start().catch((error: unknown) => logger.error({ err: error }, 'Memory could not take up its work.'));
      begun = begin();
      return url;
    },
    setupUrl: () => gateway.setupUrl(),
    isolation,
    models: models.defaults(),
    connectModel: CONNECT_A_MODEL,
    async close(graceMs) {
      closing = true;
      // What is stopped before it has begun would begin afterwards.
      await begun;
      await agent.stop(graceMs);
      resources.close();
      await gateway.close();
      await browser.close();
      await skills.close();
      await mcp.close();
      await sandbox.close();
      await records.close();
      await memory?.close();
      await files.close();
      await database.close();
    },
  };
}

/** One after another: a database brings one schema up to date at a time. */
async function migrate(database: Database): Promise<void> {
  await database.migrate(AGENT_SCHEMA);
  await database.migrate(USAGE_SCHEMA);
}

function openDatabase({ storage, data_dir: dataDir }: Config): Promise<Database> {
  return storage.sql === 'sqlite'
    ? openSqlite({ dataDir })
    : openPostgres({ url: storage.sql, replicas: storage.replicas });
}

const LEVEL_WORDS: Readonly<Record<number, string>> = {
  [sandboxpb.Level.PROCESS]: 'process',
  [sandboxpb.Level.CONTAINER]: 'container',
  [sandboxpb.Level.MICROVM]: 'microvm',
};

/** Says aloud when a killed server had left something. */
async function startSandbox(sandbox: SandboxService, logger: Ground['logger']): Promise<void> {
  const reaped = await sandbox.start();
  if (reaped > 0) logger.warn({ reaped }, 'Sandboxes that a killed server had left were ended and removed.');
}

/** The level and engine that runs get, in words; empty where there is none. */
async function isolationOf(sandbox: SandboxService): Promise<string> {
  const { engine, level } = await sandbox.best();
  if (engine === '') return '';
  return level === sandboxpb.Level.UNISOLATED ? 'NONE (unisolated)' : `${LEVEL_WORDS[level]} (${engine})`;
}

function entryOf(playbook: Playbook): PlaybookEntry {
  const { name, description, descriptionZh, parameters, hostPaths, tools } = playbook;
  const resolve: PlaybookEntry['resolve'] = (task, given) => resolveTask(playbook, task, given);
  return { name, description, descriptionZh, parameters, hostPaths, tools, resolve };
}

function whyUnavailable(models: ModelRegistry, ids: readonly string[]): string {
  try {
    models.resolve(ids.length > 0 ? ids : models.defaults());
    return '';
  } catch (error) {
    return HoldfastError.from(error).message;
  }
}

async function makeInstance(
  of: { agent: string; playbook: boolean; models: readonly string[] },
  parts: {
    models: ModelRegistry;
    playbooks: ReadonlyMap<string, Playbook>;
    tools: ToolsApi;
    config: Config;
  },
): Promise<AgentInstance> {
  const allowed = parts.config.agent.agents.find(({ name }) => name === of.agent)?.tools;
  return {
    model: of.playbook ? playbookOf(parts.playbooks, of.agent) : modelOf(parts.models, of.models),
    toolset: toolsetOf(parts.tools, of.playbook ? undefined : allowed),
  };
}

function modelOf(models: ModelRegistry, ids: readonly string[]) {
  return models.resolve(ids.length > 0 ? ids : models.defaults());
}

function playbookOf(playbooks: ReadonlyMap<string, Playbook>, name: string) {
  const playbook = playbooks.get(name);
  if (playbook) return playbookModel(playbook);
  throw new HoldfastError(
    'NOT_FOUND',
    `The playbook "${name}" is no longer there. Put its file back, or start another run.`,
  );
}
