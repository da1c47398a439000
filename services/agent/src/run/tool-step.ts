import { commonpb, create, HoldfastError, type ToolsApi, toolspb } from '@holdfast/protocol';

import type { RunChannel } from '../events/channel.ts';
import type { EffectName, Outcome } from '../journal/record.ts';
import type { Faults } from './faults.ts';
import type { OpenAction, RunState } from './state.ts';

/** What the tool steps of one run share. */
export interface ToolContext {
  readonly runId: string;
  readonly state: RunState;
  readonly tools: ToolsApi;
  /** Host path of the run's workspace. */
  readonly workspace: string;
  readonly channel: RunChannel;
  readonly faults: Faults;
  readonly now: () => number;
  /** Something was published that is not stored yet. */
  readonly published: () => void;
}

/** What a look at a call before its intent says. */
export interface Prepared {
  readonly effect: EffectName;
  readonly needsApproval: boolean;
  readonly reconcilable: boolean;
  /** Set where the call cannot be made. */
  readonly problem?: { readonly code: string; readonly message: string };
}

const EFFECTS: Record<commonpb.Effect, EffectName> = {
  [commonpb.Effect.UNSPECIFIED]: 'write',
  [commonpb.Effect.READ]: 'read',
  [commonpb.Effect.IDEMPOTENT]: 'idempotent',
  [commonpb.Effect.WRITE]: 'write',
};

/** The key under which a call is repeated: the same on every attempt, for ever. */
export function idempotencyKey(runId: string, actionId: string): string {
  return `${runId}:${actionId}`;
}

/** Asks the tools service about a call; starts nothing. */
export async function prepareCall(
  context: ToolContext,
  tool: string,
  args: OpenAction['arguments'],
): Promise<Prepared> {
  const response = await context.tools.prepareCall(
    create(toolspb.PrepareCallRequestSchema, {
      caller: callerOf(context, ''),
      runId: context.runId,
      tool,
      arguments: args,
    }),
  );
  return {
    effect: EFFECTS[response.effect],
    needsApproval: response.approval === toolspb.Approval.ALWAYS,
    reconcilable: response.reconcilable,
    ...(response.problem ? { problem: { code: response.problem.code, message: response.problem.message } } : {}),
  };
}

/** Runs one tool call and resolves to its outcome, also when the tool failed. */
export async function performToolStep(
  context: ToolContext,
  action: OpenAction,
  traceparent: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const base = {
    kind: 'outcome',
    id: action.id,
    attempt: action.attempt,
    ...(action.attempt > 1 ? { settled: 'rerun' as const } : {}),
  } as const;
  const fail = (status: 'error' | 'canceled', code: string, message: string): Outcome => ({
    ...base,
    at: context.now(),
    status,
    error: { code, message },
    value: { error: code, message },
  });
  try {
    const stream = context.tools.callTool(
      create(toolspb.CallToolRequestSchema, {
        ...requestOf(context, action, traceparent),
        attempt: action.attempt,
        agent: context.state.created.agent,
      }),
      { signal },
    );
    for await (const { event } of stream) {
      if (event.case === 'result') {
        context.faults('after-effect', action.id);
        return {
          ...base,
          at: context.now(),
          status: signal.aborted ? 'canceled' : event.value.ok ? 'ok' : 'error',
          value: event.value.value ?? {},
          ...(event.value.artifacts.length > 0 ? { artifacts: event.value.artifacts } : {}),
          ...(event.value.ok ? {} : { error: { code: event.value.code, message: saidBy(event.value.value) } }),
        };
      }
      if (event.case === 'output') {
        const streamName = event.value.stream === toolspb.Stream.STDERR ? 'stderr' : 'stdout';
        context.channel.publish('tool.output', { action_id: action.id, stream: streamName, text: event.value.text });
      } else if (event.case === 'progress') {
        const { fraction, message } = event.value;
        context.channel.publish('tool.progress', { action_id: action.id, fraction, message });
      }
      context.faults('inside-tool', action.id);
      context.published();
      const room = context.channel.ready(signal);
      if (room) await room;
    }
    return fail(signal.aborted ? 'canceled' : 'error', 'TOOL_FAILED', `${action.name} ended without a result.`);
  } catch (thrown) {
    const error = HoldfastError.from(thrown, 'TOOL_FAILED', `${action.name} failed inside; the log has the cause.`);
    return fail(signal.aborted ? 'canceled' : 'error', error.code, error.message);
  }
}

/** The sentence of a tool's own failure, for people; the model gets the whole value. */
function saidBy(value: toolspb.ToolResult['value']): string {
  const message = typeof value === 'object' && value !== null && 'message' in value ? value['message'] : undefined;
  return typeof message === 'string' && message !== '' ? message : 'The tool reported a failure.';
}

/** Asks a tool what became of a write that a crash interrupted. */
export async function reconcile(
  context: ToolContext,
  action: OpenAction,
  traceparent: string,
): Promise<Outcome | 'not-done' | 'unknown'> {
  const response = await context.tools.reconcile(
    create(toolspb.ReconcileRequestSchema, requestOf(context, action, traceparent)),
  );
  if (response.verdict === toolspb.Reconciliation.NOT_DONE) return 'not-done';
  if (response.verdict !== toolspb.Reconciliation.DONE || !response.result) return 'unknown';
  return {
    kind: 'outcome',
    at: context.now(),
    id: action.id,
    attempt: action.attempt,
    status: response.result.ok ? 'ok' : 'error',
    settled: 'reconciled',
    value: response.result.value ?? {},
    artifacts: response.result.artifacts,
  };
}

function requestOf(context: ToolContext, action: OpenAction, traceparent: string) {
  return {
    caller: callerOf(context, traceparent),
    runId: context.runId,
    actionId: action.id,
    tool: action.name,
    arguments: action.arguments,
    idempotencyKey: idempotencyKey(context.runId, action.id),
    mounts: create(commonpb.MountsSchema, {
      workspace: context.workspace,
      inputs: context.state.created.inputs.map((input) => create(commonpb.InputSchema, { ...input })),
    }),
  };
}

function callerOf(context: ToolContext, traceparent: string): commonpb.Caller {
  const { tenant, createdBy, user = '' } = context.state.created;
  return create(commonpb.CallerSchema, { tenant, subject: createdBy, user, traceparent });
}
