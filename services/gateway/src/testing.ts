/* oxlint-disable typescript/no-unnecessary-type-parameters -- a test names the shape that it expects of an answer, and checks it. */
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type AgentApi, agentpb, type CallOptions, commonpb, create, HoldfastError } from '@holdfast/protocol';
import type { JsonObject } from '@holdfast/protocol';
import { type MessageInitShape, type SandboxApi, sandboxpb, type ToolsApi, toolspb } from '@holdfast/protocol';
import { openSqlite } from '@holdfast/storage';
import { silentLogger } from '@holdfast/telemetry';

import { AuthConfigSchema, GatewayConfigSchema } from './config.ts';
import type { GatewayDeps } from './deps.ts';
import { createGateway, type Gateway } from './gateway.ts';

/** An agent service that holds runs in memory and does what a test scripts. For tests only. */
export class ScriptedAgent implements AgentApi {
  readonly runs = new Map<string, agentpb.Run>();
  readonly calls: { method: string; request: { caller?: { tenant: string; subject: string } | undefined } }[] = [];
  readonly agents: agentpb.Agent[] = [];
  /** The actions of every run. */
  actions: MessageInitShape<typeof agentpb.ActionSchema>[] = [{ id: 'a1', kind: 'tool', name: 'bash', attempt: 1 }];
  ready = true;
  /** What `getInsight` gives. */
  insight: MessageInitShape<typeof agentpb.GetInsightResponseSchema> = {};
  /** What `watch` gives. */
  source: (request: agentpb.WatchRequest, signal: AbortSignal) => AsyncIterable<agentpb.WatchResponse> = () =>
    eventsOf([]);
  /** What every call ends in, if set. */
  failure: Error | undefined;

  add(run: { id: string; tenant?: string } & Partial<agentpb.Run>): agentpb.Run {
    const { $typeName: _, $unknown: __, ...fields } = run;
    const made = create(agentpb.RunSchema, {
      tenant: 'default',
      agent: 'tester',
      status: agentpb.RunStatus.RUNNING,
      createdAt: 1_700_000_000_000,
      ...fields,
    });
    this.runs.set(made.id, made);
    return made;
  }

  #note(method: string, request: { caller?: { tenant: string; subject: string } | undefined }) {
    this.calls.push({ method, request });
    if (this.failure) throw this.failure;
  }

  #find(method: string, request: { caller?: { tenant: string; subject: string } | undefined; runId: string }) {
    this.#note(method, request);
    const run = this.runs.get(request.runId);
    if (!run || run.tenant !== request.caller?.tenant) {
      throw new HoldfastError('NOT_FOUND', `There is no run ${request.runId}.`);
    }
    return run;
  }

  async listAgents(request: agentpb.ListAgentsRequest) {
    this.#note('listAgents', request);
    return create(agentpb.ListAgentsResponseSchema, { agents: this.agents });
  }

  async createRun(request: agentpb.CreateRunRequest) {
    this.#note('createRun', request);
    const { agent, inputs, task } = request;
    const run = this.add({
      id: `run-${this.runs.size + 1}`,
      tenant: request.caller?.tenant ?? '',
      agent,
      task,
      inputs,
    });
    return create(agentpb.CreateRunResponseSchema, { run });
  }

  async getRun(request: agentpb.GetRunRequest) {
    return create(agentpb.GetRunResponseSchema, { run: this.#find('getRun', request) });
  }

  async listRuns(request: agentpb.ListRunsRequest) {
    this.#note('listRuns', request);
    const runs = [...this.runs.values()].filter((run) => run.tenant === request.caller?.tenant);
    return create(agentpb.ListRunsResponseSchema, { runs });
  }

  async listActions(request: agentpb.ListActionsRequest) {
    this.#find('listActions', request);
    return create(agentpb.ListActionsResponseSchema, { actions: this.actions });
  }

  watch(request: agentpb.WatchRequest, options?: CallOptions) {
    this.#find('watch', request);
    return this.source(request, options?.signal ?? new AbortController().signal);
  }

  async stopRun(request: agentpb.StopRunRequest) {
    return create(agentpb.StopRunResponseSchema, { run: this.#find('stopRun', request) });
  }

  async resumeRun(request: agentpb.ResumeRunRequest) {
    return create(agentpb.ResumeRunResponseSchema, { run: this.#find('resumeRun', request) });
  }

  async cancelRun(request: agentpb.CancelRunRequest) {
    return create(agentpb.CancelRunResponseSchema, { run: this.#find('cancelRun', request) });
  }

  async answerQuestion(request: agentpb.AnswerQuestionRequest) {
    return create(agentpb.AnswerQuestionResponseSchema, { run: this.#find('answerQuestion', request) });
  }

  async forkRun(request: agentpb.ForkRunRequest) {
    const run = this.#find('forkRun', request);
    return create(agentpb.ForkRunResponseSchema, {
      run: this.add({ ...run, id: `${run.id}-fork`, forkedFrom: run.id }),
    });
  }

  async exportPlaybook(request: agentpb.ExportPlaybookRequest) {
    this.#find('exportPlaybook', request);
    return create(agentpb.ExportPlaybookResponseSchema, { markdown: `---\nname: ${request.name}\n---\n` });
  }

  async savePlaybook(request: agentpb.SavePlaybookRequest) {
    this.#find('savePlaybook', request);
    const { name } = request;
    return create(agentpb.SavePlaybookResponseSchema, { name, path: `/data/playbooks/${name}.md` });
  }

  async getInsight(request: agentpb.GetInsightRequest) {
    this.#note('getInsight', request);
    return create(agentpb.GetInsightResponseSchema, this.insight);
  }

  async readiness() {
    if (this.failure) throw this.failure;
    return create(agentpb.ReadinessResponseSchema, { ready: this.ready, recovering: this.ready ? 0 : 3 });
  }
}

/** Events `1-1`, `1-2` ... with these texts, then the end. */
export async function* eventsOf(texts: readonly string[], from = 0): AsyncGenerator<agentpb.WatchResponse> {
  for (const [index, text] of texts.entries()) if (index >= from) yield eventOf(index + 1, text);
}

/** One event as the agent service gives it. */
export function eventOf(n: number, text: string, type = 'model.delta'): agentpb.WatchResponse {
  const data: JsonObject = { action_id: 'a1', text };
  return create(agentpb.WatchResponseSchema, { event: { id: `1-${n}`, type, at: 1_700_000_000_000 + n, data } });
}

const tools: Pick<ToolsApi, 'listTools' | 'findTools' | 'dryRun' | 'listUsage'> = {
  async listTools() {
    return create(toolspb.ListToolsResponseSchema, { tools: [{ name: 'bash', timeoutMs: 30_000 }] });
  },
  async findTools({ query, limit }) {
    return create(toolspb.FindToolsResponseSchema, { tools: [{ name: query, timeoutMs: limit }] });
  },
  async dryRun({ caller, tool, arguments: args = {}, runId, mounts }) {
    return create(toolspb.DryRunResponseSchema, {
      call: { effect: commonpb.Effect.WRITE, approval: toolspb.Approval.ALWAYS, timeoutMs: 1000 },
      costUsd: 0.5,
      rates: [{ tools: tool, calls: 3, per: 'hour', of: 'run', left: 2, waitMs: 0 }],
      budgets: [{ tools: tool, of: 'day', limitUsd: 2, spentUsd: 1 }],
      maxResultBytes: 65_536,
      preview: { args, runId, tenant: caller?.tenant ?? '', workspace: mounts?.workspace ?? '' },
    });
  },
  async listUsage({ since }) {
    return create(toolspb.ListUsageResponseSchema, {
      usage: [{ day: since, tool: 'bash', calls: 3, failed: 1, costUsd: 0.25 }],
      budgets: [{ tools: '*', of: 'day', limitUsd: 2, spentUsd: 1 }],
    });
  },
};

const sandbox: Pick<SandboxApi, 'probe'> = {
  async probe() {
    const engines = [{ engine: 'bubblewrap', works: true, verdict: 'works' }];
    return create(sandboxpb.ProbeResponseSchema, { engines, chosen: 'bubblewrap' });
  },
};

/** A gateway on a free loopback port, over a real database in a folder of its own. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly agent: ScriptedAgent;
  readonly dataDir: string;
  readonly deps: GatewayDeps;
  /** What the clock says; set it to move time. */
  readonly time: { now: number };
  /** The key of local.key. */
  readonly ownerKey: string;
  close(): Promise<void>;
}

/** The sections of the configuration as a user would write them. */
export interface TestConfig {
  readonly gateway?: Record<string, unknown>;
  readonly auth?: Record<string, unknown>;
}

/** Everything a gateway needs, with a real database, and the way to take it down. */
export async function testDeps(
  config: TestConfig = {},
): Promise<{ deps: GatewayDeps; agent: ScriptedAgent; time: { now: number }; remove: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-gateway-'));
  const database = await openSqlite({ dataDir });
  const agent = new ScriptedAgent();
  const time = { now: Date.now() };
  const deps: GatewayDeps = {
    agent,
    tools: tools as ToolsApi,
    sandbox: sandbox as SandboxApi,
    database,
    dataDir,
    config: {
      gateway: GatewayConfigSchema.parse({ port: 0, ...config.gateway }),
      auth: AuthConfigSchema.parse({ ...config.auth }),
    },
    version: '0.0.0-test',
    clock: { now: () => time.now, monotonic: () => performance.now() },
    // As the product makes them: by time, which the pages of lists rely on where a test's clock stands still.
    ids: randomUUIDv7,
    random: (bytes) => randomBytes(bytes),
    logger: silentLogger(),
  };
  const remove = async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { deps, agent, time, remove };
}

/** Starts one. @param services real ones, beside or in place of what a test scripts */
export async function startGateway(
  config: TestConfig = {},
  services: Pick<GatewayDeps, 'memory'> = {},
): Promise<TestGateway> {
  const { agent, deps: scripted, remove, time } = await testDeps(config);
  const deps = { ...scripted, ...services };
  const gateway = await createGateway(deps);
  const url = await gateway.listen();
  const ownerKey = deps.config.auth.local_key ? await readKey(deps.dataDir) : '';
  const close = async () => {
    await gateway.close();
    await remove();
  };
  return { gateway, url, agent, dataDir: deps.dataDir, deps, time, ownerKey, close };
}

async function readKey(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'local.key'), 'utf8')).trim();
}

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  json<T = { error: { code: string; message: string; details?: JsonObject } }>(): T;
}

/** Sends one request. `key` goes into Authorization, `json` becomes the body. */
export async function call(
  url: string,
  options: {
    method?: string;
    key?: string;
    json?: unknown;
    headers?: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
  } = {},
): Promise<Answer> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.key !== undefined) headers['authorization'] = `Bearer ${options.key}`;
  if (options.json !== undefined) headers['content-type'] ??= 'application/json';
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const method = options.method ?? (body === undefined ? 'GET' : 'POST');
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: <T>() => JSON.parse(text) as T };
}

/** Sends one request with headers that fetch does not let through (Host), and gives the raw answer. */
export function rawCall(
  url: string,
  headers: Record<string, string>,
  options: { path?: string } = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { headers, ...options }, resolve);
    sent.on('error', reject);
    sent.end();
  });
}

/** Makes an API key of this role (and these scopes) with the owner's key. */
export async function makeKey(test: TestGateway, role: string, scopes?: string[]): Promise<string> {
  const answer = await call(`${test.url}/api/v1/keys`, {
    key: test.ownerKey,
    json: { name: `${role} key`, role, ...(scopes ? { scopes } : {}) },
  });
  return answer.json<{ key: string }>().key;
}

/** Waits until something holds. It does not give up: the time-out of the test does. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
