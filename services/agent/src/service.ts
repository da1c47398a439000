import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Message } from '@holdfast/models';
import {
  type AgentApi,
  agentpb,
  commonpb,
  create,
  HoldfastError,
  type MemoryApi,
  type ToolsApi,
} from '@holdfast/protocol';

import type { Catalog, PlaybookEntry } from './agents/catalog.ts';
import type { AgentConfig } from './config.ts';
import { formatEventId, parseEventId, type RunEvent, toSegment } from './events/event.ts';
import { EventLog } from './events/log.ts';
import { InsightCollector } from './insight/collector.ts';
import { planRange } from './insight/range.ts';
import { InsightRecorder } from './insight/recorder.ts';
import { readInsight } from './insight/report.ts';
import type { ResourceSample } from './insight/row.ts';
import type { InsightStore } from './insight/store.ts';
import type { Journal, RunRow } from './journal/journal.ts';
import type { Created, Limits } from './journal/record.ts';
import { openRunMemory } from './memory/open.ts';
import { actionsOf } from './run/actions.ts';
import { checkSignal, type Signal } from './run/control.ts';
import type { Faults } from './run/faults.ts';
import { copyFiles } from './run/fork-files.ts';
import { forkedRun } from './run/fork.ts';
import { begin } from './run/machine.ts';
import { type Observer, observeBoth } from './run/observer.ts';
import { summarise } from './run/summary.ts';
import { statusWord, viewOf } from './run/view.ts';
import { type AgentInstance, Worker } from './run/worker.ts';
import { AgentPool } from './schedule/pool.ts';
import { Scheduler } from './schedule/scheduler.ts';
import { resolveAgent, resolveInputs } from './agents/resolve.ts';

/** What the agent service is made of. */
export interface AgentServiceDeps {
  readonly journal: Journal;
  readonly insight: InsightStore;
  /** What this process uses now, for insight. */
  readonly sampleResources: () => Promise<ResourceSample>;
  readonly tools: ToolsApi;
  /** What agents remember. Left out: nothing. */
  readonly memory?: MemoryApi;
  readonly catalog: Catalog;
  readonly config: AgentConfig;
  /** Makes a warm agent: `models` in the order of fallback, or the playbook's name. */
  readonly instance: (created: Pick<Created, 'agent' | 'playbook' | 'models'>) => Promise<AgentInstance>;
  /** Why an agent cannot run now and what to do; empty if it can. */
  readonly unavailable: (agent: { playbook: boolean; models: readonly string[]; name: string }) => string;
  readonly exportPlaybook: (messages: readonly Message[], created: Created, name: string) => string;
  /**
   * Keeps a playbook on the disk, and has it ready for `instance`. @throws HoldfastError ALREADY_EXISTS where there is
   * one of this name, FAILED_PRECONDITION where it could not be read again.
   */
  readonly savePlaybook: (
    name: string,
    markdown: string,
  ) => Promise<{ readonly path: string; readonly playbook: PlaybookEntry }>;
  /** Folder for the runs' workspaces, on the host of the sandbox service. */
  readonly runsDir: string;
  readonly isolation: () => string;
  /** No other process works on this store. */
  readonly exclusive: boolean;
  /** This process, unique among all workers that ever were. */
  readonly workerId: string;
  readonly observer: Observer;
  readonly faults: Faults;
  readonly now: () => number;
  /** A new id that sorts by time. */
  readonly newId: () => string;
}

/** The agent service in this process. */
export interface AgentService extends AgentApi {
  /** Claims unfinished runs and begins to work. */
  start(): Promise<void>;
  /** Leaves every run in an orderly way; `graceMs` later, at once. */
  stop(graceMs: number): Promise<void>;
  readonly stats: () => { working: number; waiting: number };
}

const LIST_LIMIT = 50;
/** What becomes the name of an exported playbook as it is. */
const PLAYBOOK_NAME = /^(?=.{1,60}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LIST_MAX = 200;

/** Builds the agent service (AG-1, AG-2, AG-4). */
export function createAgentService(deps: AgentServiceDeps): AgentService {
  const { journal, catalog, config, now, newId } = deps;
  const remembering =
    deps.memory &&
    openRunMemory({
      memory: deps.memory,
      journal,
      config: config.memory,
      agentOf: (name) => catalog.find(name),
      exclusive: deps.exclusive,
      now,
      problem: (message, error, runId) => deps.observer.problem(message, error, runId),
    });
  const events = new EventLog({
    journal,
    now,
    options: {
      window: config.events.window,
      keep: 512,
      unstoredBytes: 1024 * 1024,
      maxHoldMs: config.events.max_hold_ms,
    },
    pollMs: deps.exclusive ? 5000 : 250,
  });
  const collector = new InsightCollector(now);
  const observer = observeBoth(deps.observer, collector.observer);
  const recorder = new InsightRecorder({
    collector,
    store: deps.insight,
    // Shorter than the id, since it stands in every row, and as unique.
    worker: createHash('sha256').update(deps.workerId).digest('hex').slice(0, 12),
    sample: deps.sampleResources,
    now,
    problem: (message, error) => deps.observer.problem(message, error),
  });
  const pool = new AgentPool<AgentInstance>(
    (key) => deps.instance(JSON.parse(key) as Pick<Created, 'agent' | 'playbook' | 'models'>),
    { maxIdle: config.pool.max_idle, idleMs: config.pool.idle_ms },
    now,
  );
  const workspaceOf = (runId: string) => join(deps.runsDir, runId, 'workspace');
  const worker = new Worker({
    journal,
    events,
    tools: deps.tools,
    pool,
    poolKey: ({ agent, playbook, models }) => JSON.stringify({ agent, playbook, models }),
    workspace: async (runId) => {
      await mkdir(workspaceOf(runId), { recursive: true });
      return workspaceOf(runId);
    },
    releaseTools: async (runId, created, waits) => {
      await deps.tools.releaseRun({
        $typeName: 'holdfast.v1.ReleaseRunRequest',
        runId,
        waits,
        caller: create(commonpb.CallerSchema, { tenant: created.tenant, subject: created.createdBy }),
      });
    },
    isolation: deps.isolation,
    config,
    memory: remembering?.runs,
    observer,
    faults: deps.faults,
    now,
  });
  const scheduler = new Scheduler({
    journal,
    worker: deps.workerId,
    concurrency: {
      global: config.concurrency.global,
      perTenant: config.concurrency.per_tenant,
      perAgent: config.concurrency.per_agent,
    },
    leaseMs: config.lease_ms,
    now,
    exclusive: deps.exclusive,
    work: (claim) => worker.work(claim),
    lookForSignals: async () => {
      if (worker.running > 0 && !deps.exclusive) worker.deliver(await journal.signals({ worker: deps.workerId }));
    },
    problem: (message, error) => deps.observer.problem(message, error),
  });

  // However many viewers follow a run, they share one message per event.
  const responses = new WeakMap<RunEvent, agentpb.WatchResponse>();
  const responseOf = (event: RunEvent): agentpb.WatchResponse => {
    const made = responses.get(event);
    if (made) return made;
    const { type, at, data } = event;
    const response = create(agentpb.WatchResponseSchema, {
      event: create(agentpb.EventSchema, { id: formatEventId(event), type, at, data }),
    });
    responses.set(event, response);
    return response;
  };

  const rowOf = async (request: { caller?: commonpb.Caller | undefined; runId: string }): Promise<RunRow> => {
    const row = await journal.get(callerOf(request).tenant, request.runId);
    if (!row) throw new HoldfastError('NOT_FOUND', `There is no run ${request.runId}.`);
    return row;
  };

  const stateOf = async (runId: string) => {
    const loaded = await journal.load(runId);
    if (!loaded) throw new HoldfastError('STORAGE_CORRUPT', `Run ${runId} has no journal. It was left as it is.`);
    return loaded;
  };

  /** A run that is under way is shown as its journal has it now, not as it was when its status last changed. */
  const view = async (row: RunRow): Promise<agentpb.Run> => {
    if (row.status !== 'running') return viewOf(row, row.summary, workspaceOf(row.id));
    const { state, seq } = await stateOf(row.id);
    return viewOf(row, summarise(state, seq, row.summary.isolation || deps.isolation()), workspaceOf(row.id));
  };

  const store = async (created: Created, requestKey: string, id = newId()): Promise<agentpb.Run> => {
    const first = {
      fence: 0,
      n: 1,
      type: 'run.created',
      at: created.at,
      data: { agent: created.agent, playbook: created.playbook, task: created.task.slice(0, 4096), seq: 1 },
    } as const;
    const segment = toSegment([first]);
    if (!segment) throw new HoldfastError('INTERNAL', 'A run needs a first event.');
    const summary = summarise(begin(created), 1, deps.isolation());
    const stored = await journal.create({ id, created, summary, segment, requestKey });
    const row = await journal.get(created.tenant, stored);
    if (!row) throw new HoldfastError('INTERNAL', 'The run that was just stored cannot be read.');
    scheduler.wake();
    return view(row);
  };

  /** Stores a signal, then has it applied: by the run's driver, or right here if nobody works on the run. */
  const send = async (request: { caller?: commonpb.Caller | undefined; runId: string }, signal: Signal) => {
    const row = await rowOf(request);
    checkSignal((await stateOf(row.id)).state, signal);
    const stored = { id: newId(), runId: row.id, at: now(), body: JSON.stringify(signal) };
    await journal.signal(stored);
    const [undelivered] = worker.deliver([stored]);
    if (undelivered) await applyHere(row);
    scheduler.wake();
    return view(await rowOf(request));
  };

  const applyHere = async (row: RunRow) => {
    if (row.status === 'running') return;
    const claim = await journal.claim(
      { runId: row.id, fence: row.fence, lostBefore: 0 },
      deps.workerId,
      now(),
      config.lease_ms,
    );
    if (claim) await worker.control(claim);
  };

  const playbookOf = async (request: { caller?: commonpb.Caller | undefined; runId: string; name: string }) => {
    const { state } = await stateOf((await rowOf(request)).id);
    if (state.phase !== 'ended') {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        'The run has not ended yet: only a finished run can be saved as a playbook.',
      );
    }
    return deps.exportPlaybook(state.messages, state.created, request.name);
  };

  return {
    async listAgents() {
      const agents = catalog.list().map((entry) => {
        const playbook = entry.kind === 'playbook';
        const about = playbook ? entry.playbook : entry.definition;
        const models = playbook ? [`playbook/${about.name}`] : [...entry.definition.models];
        return create(agentpb.AgentSchema, {
          name: about.name,
          description: about.description,
          descriptionZh: playbook ? entry.playbook.descriptionZh : entry.definition.description_zh,
          playbook,
          models,
          tools: playbook ? [...entry.playbook.tools] : [...(entry.definition.tools ?? [])],
          unavailable: deps.unavailable({ playbook, models, name: about.name }),
          parameters: playbook ? entry.playbook.parameters : {},
        });
      });
      return create(agentpb.ListAgentsResponseSchema, { agents });
    },

    async createRun(request) {
      const caller = callerOf(request);
      const agent = resolveAgent(catalog, request.agent, request.task, request.parameters ?? {});
      const unavailable = deps.unavailable({ playbook: agent.playbook, models: agent.models, name: agent.agent });
      if (unavailable !== '') throw new HoldfastError('MODEL_UNAVAILABLE', unavailable);
      const { inputs, parameters } = await resolveInputs(agent, request.inputs);
      const created: Created = {
        kind: 'created',
        at: now(),
        tenant: caller.tenant,
        createdBy: caller.subject,
        user: caller.user || undefined,
        agent: agent.agent,
        playbook: agent.playbook,
        task: request.task,
        instructions: agent.instructions,
        models: agent.models,
        parameters,
        inputs,
        limits: limitsOf(request.limits, agent.limits),
        tags: request.tags,
        onUnknown: agent.onUnknown,
        traceparent: caller.traceparent,
      };
      return create(agentpb.CreateRunResponseSchema, { run: await store(created, request.requestKey) });
    },

    async getRun(request) {
      return create(agentpb.GetRunResponseSchema, { run: await view(await rowOf(request)) });
    },

    async listRuns(request) {
      const limit = Math.min(request.limit === 0 ? LIST_LIMIT : request.limit, LIST_MAX);
      const rows = await journal.list({
        tenant: callerOf(request).tenant,
        statuses: request.statuses.flatMap((status) => statusWord(status) ?? []),
        ...(request.agent === '' ? {} : { agent: request.agent }),
        ...(request.tag === '' ? {} : { tag: request.tag }),
        ...(request.page === '' ? {} : { before: request.page }),
        ...(request.search === '' ? {} : { search: request.search }),
        ...(request.since === 0 ? {} : { since: Math.ceil(request.since) }),
        ...(request.until === 0 ? {} : { until: Math.ceil(request.until) }),
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      return create(agentpb.ListRunsResponseSchema, {
        runs: shown.map((row) => viewOf(row, row.summary, workspaceOf(row.id))),
        nextPage: rows.length > limit ? (shown.at(-1)?.id ?? '') : '',
      });
    },

    async listActions(request) {
      const row = await rowOf(request);
      const actions = actionsOf(row.id, await journal.read(row.id));
      return create(agentpb.ListActionsResponseSchema, { actions });
    },

    async *watch(request, options) {
      const row = await rowOf(request);
      const after = parseEventId(request.after);
      const flow = request.flow === agentpb.Flow.PACED ? 'paced' : 'free';
      const signal = options?.signal ?? new AbortController().signal;
      for await (const event of events.watch(row.tenant, row.id, after, flow, signal)) yield responseOf(event);
    },

    async stopRun(request) {
      const run = await send(request, { verb: 'stop', by: callerOf(request).subject });
      return create(agentpb.StopRunResponseSchema, { run });
    },

    async resumeRun(request) {
      const run = await send(request, { verb: 'resume', by: callerOf(request).subject });
      return create(agentpb.ResumeRunResponseSchema, { run });
    },

    async cancelRun(request) {
      const run = await send(request, { verb: 'cancel', by: callerOf(request).subject, reason: request.reason });
      return create(agentpb.CancelRunResponseSchema, { run });
    },

    async answerQuestion(request) {
      const { choice, text, actionId } = request;
      const answer = {
        by: callerOf(request).subject,
        choice,
        text,
        ...(request.arguments ? { arguments: request.arguments } : {}),
      };
      const run = await send(request, { verb: 'answer', actionId, answer });
      return create(agentpb.AnswerQuestionResponseSchema, { run });
    },

    async forkRun(request) {
      const caller = callerOf(request);
      const row = await rowOf(request);
      const seq = request.seq === 0 ? 1 : request.seq;
      const last = (await stateOf(row.id)).seq;
      if (seq > last) {
        throw new HoldfastError(
          'INVALID_ARGUMENT',
          `Run ${row.id} has ${last} checkpoints; there is none numbered ${seq}.`,
        );
      }
      const state = await journal.loadAt(row.id, seq);
      if (!state) throw new HoldfastError('NOT_FOUND', `Run ${row.id} has no checkpoint ${seq}.`);
      const { agent: newAgent, task, model, replay } = request;
      const { agent, playbook, instructions, models, onUnknown } =
        newAgent === ''
          ? state.created
          : resolveAgent(catalog, newAgent, task || state.created.task, state.created.parameters);
      const resolved = { agent, playbook, instructions, onUnknown, models: model === '' ? models : [model] };
      const unavailable = deps.unavailable({ playbook, models: resolved.models, name: agent });
      if (unavailable !== '') throw new HoldfastError('MODEL_UNAVAILABLE', unavailable);
      const by = {
        at: now(),
        createdBy: caller.subject,
        user: caller.user || undefined,
        traceparent: caller.traceparent,
      };
      const created = forkedRun(state, { runId: row.id, seq, replay }, { agent: newAgent, task, model }, resolved, by);
      const id = newId();
      // Before the run is there: a worker may take it up at once.
      const notRestored = await copyFiles({
        tools: deps.tools,
        created,
        records: await journal.read(row.id),
        from: workspaceOf(row.id),
        to: workspaceOf(id),
      });
      return create(agentpb.ForkRunResponseSchema, { run: await store(created, '', id), notRestored });
    },

    async exportPlaybook(request) {
      return create(agentpb.ExportPlaybookResponseSchema, { markdown: await playbookOf(request) });
    },

    async savePlaybook(request) {
      const { name } = request;
      if (!PLAYBOOK_NAME.test(name)) {
        throw new HoldfastError(
          'INVALID_ARGUMENT',
          `"${name.slice(0, 100)}" cannot be the name of a playbook: use a-z, 0-9 and single - between them, begin with a letter, at most 60 characters.`,
        );
      }
      const markdown = await playbookOf(request);
      catalog.checkFree(name);
      const { path, playbook } = await deps.savePlaybook(name, markdown);
      catalog.add(playbook);
      return create(agentpb.SavePlaybookResponseSchema, { name, path });
    },

    async getInsight(request) {
      const { tenant } = callerOf(request);
      const range = planRange(request.from, request.to);
      await recorder.flush();
      return readInsight(deps.insight, tenant, range, request.withResources);
    },

    async readiness() {
      const { ready, recovering, recovered } = scheduler.stats;
      return create(agentpb.ReadinessResponseSchema, { ready, recovering, recovered });
    },

    async start() {
      recorder.start();
      await scheduler.start();
      await remembering?.start();
    },

    async stop(graceMs) {
      worker.shutdown();
      const timer = setTimeout(() => worker.abandon(), graceMs);
      await scheduler.stop();
      await remembering?.close();
      clearTimeout(timer);
      await recorder.stop();
      pool.clear();
    },

    stats: () => ({ working: scheduler.stats.working, waiting: scheduler.stats.waiting }),
  };
}

function callerOf(request: { caller?: commonpb.Caller | undefined }): commonpb.Caller {
  if (request.caller && request.caller.tenant !== '') return request.caller;
  throw new HoldfastError('UNAUTHENTICATED', 'The call does not say for which tenant it is.');
}

function limitsOf(asked: agentpb.RunLimits | undefined, agent: Limits): Limits {
  const pick = (own: number | undefined, other: number | undefined) => (own === undefined || own === 0 ? other : own);
  const limits = {
    wallMs: pick(asked?.wallMs, agent.wallMs),
    steps: pick(asked?.steps, agent.steps),
    tokens: pick(asked?.tokens, agent.tokens),
    costUsd: pick(asked?.costUsd, agent.costUsd),
  };
  const bad = Object.entries(limits).find(([, limit]) => limit !== undefined && !(limit > 0));
  if (bad) throw new HoldfastError('INVALID_ARGUMENT', `The limit ${bad[0]} must be more than 0.`);
  return limits;
}
