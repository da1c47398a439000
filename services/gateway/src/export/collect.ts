import { agentpb, type commonpb, create } from '@holdfast/protocol';

import { need } from '../api/runs.ts';
import { actionOf, eventData, hasEnded, runOf } from '../api/wire.ts';
import type { GatewayDeps } from '../deps.ts';
import { listArtifacts } from './artifacts.ts';
import { checkpointsOf } from './checkpoints.ts';
import { type Hide, hideIn, hideSecrets } from './hide.ts';
import { EXPORT_SCHEMA, EXPORT_VERSION, type ExportedEvent, type RunExport } from './run-export.ts';

/** The most that the events of one export may take, characters of JSON. */
const MAX_EVENT_CHARS = 64 * 1024 * 1024;
/** A run that goes on is up to date when nothing came for so long, milliseconds. */
const SILENCE_MS = 250;

/** What an export is made of. */
export interface Collected {
  readonly document: RunExport;
  /** The folder that its artifacts lie in, on the host. */
  readonly workspace: string;
}

/** For whom an export is made. */
export interface CollectOptions {
  /** Present: for a stranger. What is in it is taken out. */
  readonly stranger?: (run: agentpb.Run) => Hide;
}

/**
 * All that is known of a run, without secrets. One that has not ended is taken as it stands.
 *
 * @throws HoldfastError NOT_FOUND for a run of another tenant.
 */
export async function collectRun(
  deps: Pick<GatewayDeps, 'agent' | 'clock' | 'logger' | 'version'>,
  caller: commonpb.Caller,
  runId: string,
  { stranger }: CollectOptions = {},
): Promise<Collected> {
  const { agent, clock, version } = deps;
  const run = need((await agent.getRun(create(agentpb.GetRunRequestSchema, { caller, runId }))).run);
  const { actions } = await agent.listActions(create(agentpb.ListActionsRequestSchema, { caller, runId }));
  const { events, truncated } = await eventsOf(deps, caller, run);
  const hide = stranger?.(run) ?? hideSecrets;
  const shown = hideIn({ run: runOf(run), actions: actions.map(actionOf), events }, hide);
  const nameless = stranger === undefined ? shown : withoutPeople(shown);
  const document: RunExport = {
    schema: EXPORT_SCHEMA,
    version: EXPORT_VERSION,
    exported_at: new Date(clock.now()).toISOString(),
    holdfast: { version },
    complete: hasEnded(run.status),
    redacted: stranger !== undefined,
    ...nameless,
    events_truncated: truncated,
    checkpoints: checkpointsOf(nameless.actions, nameless.events),
    artifacts: hideIn(await listArtifacts(run), hide),
  };
  return { document, workspace: run.workspace };
}

async function eventsOf(
  { agent, logger }: Pick<GatewayDeps, 'agent' | 'logger'>,
  caller: commonpb.Caller,
  run: agentpb.Run,
): Promise<{ events: ExportedEvent[]; truncated: boolean }> {
  const gone = new AbortController();
  const wanted = create(agentpb.WatchRequestSchema, { caller, runId: run.id, flow: agentpb.Flow.FREE });
  const source = agent.watch(wanted, { signal: gone.signal })[Symbol.asyncIterator]();
  const events: ExportedEvent[] = [];
  let chars = 0;
  try {
    for (;;) {
      const next = await nextOf(source, hasEnded(run.status));
      if (next === undefined || next.done) return { events, truncated: false };
      const { event } = next.value;
      if (!event) continue;
      const { at: _, ...data } = eventData(event);
      if (typeof data['seq'] === 'number' && data['seq'] > run.seq) return { events, truncated: false };
      chars += JSON.stringify(data).length;
      if (chars > MAX_EVENT_CHARS) return { events, truncated: true };
      events.push({ id: event.id, type: event.type, at: new Date(event.at).toISOString(), data });
    }
  } finally {
    gone.abort();
    // The source sees the abort; nobody has to wait for its end here.
    source
      .return?.()
      .catch((error: unknown) => logger.warn({ err: error }, 'An event log ended badly after it was read.'));
  }
}

/** The next event; undefined where a run that goes on has none yet. */
async function nextOf(
  source: AsyncIterator<agentpb.WatchResponse>,
  ended: boolean,
): Promise<IteratorResult<agentpb.WatchResponse> | undefined> {
  const next = source.next();
  if (ended) return next;
  const { promise: silence, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), SILENCE_MS);
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
    // It may yet end in the abort that follows, with nobody waiting.
    next.catch(() => undefined);
  }
}

const PERSONAL = new Set(['by', 'worker', 'created_by']);

type Shown = Pick<RunExport, 'run' | 'actions' | 'events'>;

/** Without the names of people and workers. */
function withoutPeople({ actions, events, run }: Shown): Shown {
  const impersonal = <T extends Record<string, unknown>>(data: T): T =>
    Object.fromEntries(Object.entries(data).filter(([key]) => !PERSONAL.has(key))) as T;
  return {
    run: { ...run, created_by: null },
    actions: actions.map((action) =>
      action.kind === 'question' && action.result ? { ...action, result: impersonal(action.result) } : action,
    ),
    events: events.map((event) => ({ ...event, data: impersonal(event.data) })),
  };
}
