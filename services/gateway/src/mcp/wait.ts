import { type AgentApi, agentpb, type commonpb, create, HoldfastError, type JsonObject } from '@holdfast/protocol';

import { need } from '../api/runs.ts';
import { hasEnded } from '../api/wire.ts';

/** Events after which it is worth to look whether the run still goes on. */
const TURNS = new Set(['run.waiting', 'run.held', 'run.ended']);

/** Which run is waited for, on whose behalf. */
export interface Awaited {
  readonly agent: AgentApi;
  readonly caller: commonpb.Caller;
  readonly runId: string;
  /** Told what the run does. */
  readonly progress: (message: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Waits until a run has ended, or needs somebody to go on. The run never waits for this viewer.
 *
 * @throws HoldfastError CANCELED when the signal is aborted; the run goes on.
 */
export async function waitForRun({ agent, caller, progress, runId, signal }: Awaited): Promise<agentpb.Run> {
  const look = async (): Promise<agentpb.Run> =>
    need((await agent.getRun(create(agentpb.GetRunRequestSchema, { caller, runId }))).run);
  const watched = create(agentpb.WatchRequestSchema, { caller, runId, flow: agentpb.Flow.FREE });
  const canceled = (): HoldfastError =>
    new HoldfastError('CANCELED', `Nobody waits for the run ${runId} here any more. Look at it with get_run.`);
  try {
    for await (const { event } of agent.watch(watched, { signal })) {
      if (signal.aborted) throw canceled();
      if (!event) continue;
      const told = sentenceOf(event);
      if (told !== undefined) await progress(told);
      if (!TURNS.has(event.type)) continue;
      const run = await look();
      if (needsSomebody(run)) return run;
    }
  } catch (error) {
    throw signal.aborted ? canceled() : error;
  }
  if (signal.aborted) throw canceled();
  return look();
}

function needsSomebody({ status }: agentpb.Run): boolean {
  const { HELD, WAITING } = agentpb.RunStatus;
  return hasEnded(status) || status === WAITING || status === HELD;
}

function sentenceOf({ data, type }: agentpb.Event): string | undefined {
  const text = (key: string): string => textIn(data, key);
  if (type === 'action.intent') return `${text('kind')} ${text('name')}`.trim();
  if (type === 'tool.progress') return text('message');
  if (type === 'run.waiting') return 'waits for somebody';
  if (type === 'run.started' || type === 'run.recovered' || type === 'run.held') return type.replace('run.', '');
  return undefined;
}

function textIn(data: JsonObject | undefined, key: string): string {
  const value = data?.[key];
  return typeof value === 'string' ? value : '';
}
