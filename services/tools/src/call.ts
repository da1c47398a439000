import { create, HoldfastError, toolspb } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import { Handoff } from './handoff.ts';
import type { FileHistory } from './history/history.ts';
import { watchCall } from './history/watch-call.ts';
import { bounded, resultOf } from './result.ts';
import type { RunOf, Sandboxes } from './sandboxes.ts';
import type { ToolContext, ToolEvent, ToolModule, ToolOutcome } from './tool.ts';

/** What every call needs of the service. */
export interface CallDeps {
  readonly sandboxes: Sandboxes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly history: FileHistory;
}

/** A call whose arguments were checked. */
export interface CheckedCall {
  readonly module: ToolModule;
  readonly args: Record<string, unknown>;
  readonly request: toolspb.CallToolRequest;
  readonly signal: AbortSignal | undefined;
  readonly limits: CallLimits;
}

/** What the policy leaves of a call's bounds. */
export interface CallLimits {
  readonly timeoutMs: number;
  /** What of the result is shown, bytes of JSON. */
  readonly maxResultBytes: number;
}

/** A tool that does not heed its signal is waited for so long, and then left alone. */
const GRACE_MS = 3000;

/** Runs one tool. Whatever goes wrong in it becomes its result; leaving the iteration aborts it. */
export async function* perform(call: CheckedCall, deps: CallDeps): AsyncGenerator<toolspb.CallToolResponse> {
  const { module } = call;
  const { timeoutMs } = call.limits;
  const timeout = AbortSignal.timeout(timeoutMs);
  const left = new AbortController();
  const signal = AbortSignal.any([timeout, left.signal, ...(call.signal ? [call.signal] : [])]);
  const handoff = new Handoff<ToolEvent>();
  const context = contextOf(call, deps, { signal, timeoutMs, handoff });
  const watched = watchCall(call, deps);
  const work = watched
    .begin()
    .then(() => Promise.race([attempt(call, context, deps, timeout), afterGrace(signal)]))
    .finally(() => handoff.close());
  try {
    for await (const event of handoff.read()) yield responseOf(event);
    const outcome = (await work) ?? interrupted(module, timeout, timeoutMs);
    await watched.end();
    yield create(toolspb.CallToolResponseSchema, { event: { case: 'result', value: resultOf(outcome) } });
  } finally {
    left.abort();
    handoff.close();
  }
}

/** The context of a call that reports to nobody: for `reconcile`. */
export function quietContext(call: CheckedCall, deps: CallDeps): ToolContext {
  const { timeoutMs } = call.limits;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = call.signal ? AbortSignal.any([timeout, call.signal]) : timeout;
  return { ...contextOf(call, deps, { signal, timeoutMs, handoff: new Handoff() }), emit: async () => undefined };
}

async function attempt(
  { module, args, request, limits }: CheckedCall,
  context: ToolContext,
  deps: CallDeps,
  timeout: AbortSignal,
): Promise<ToolOutcome> {
  try {
    context.signal.throwIfAborted();
    return await bounded(await module.run(args, context), context, limits.maxResultBytes);
  } catch (thrown) {
    if (context.signal.aborted) return interrupted(module, timeout, limits.timeoutMs);
    const error = HoldfastError.from(thrown, 'TOOL_FAILED', `${module.name} failed inside; the log has the cause.`);
    if (!HoldfastError.is(thrown)) {
      deps.logger.error({ err: thrown, tool: module.name, run_id: request.runId }, 'A tool failed inside.');
    }
    return { ok: false, code: error.code, message: error.message, value: { ...error.details } };
  }
}

function interrupted(module: ToolModule, timeout: AbortSignal, timeoutMs: number): ToolOutcome {
  if (!timeout.aborted) {
    return { ok: false, code: 'CANCELED', message: `${module.name} was cancelled before it had finished.` };
  }
  const message = `${module.name} took longer than ${timeoutMs} ms and was ended. Ask for less at once.`;
  return { ok: false, code: 'TIMED_OUT', message };
}

async function afterGrace(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  await new Promise<void>((resolve) => {
    setTimeout(resolve, GRACE_MS).unref();
  });
  return undefined;
}

function contextOf(
  { request, module }: Pick<CheckedCall, 'request' | 'module'>,
  { sandboxes, clock }: CallDeps,
  parts: { signal: AbortSignal; timeoutMs: number; handoff: Handoff<ToolEvent> },
): ToolContext {
  const { signal, timeoutMs, handoff } = parts;
  const began = clock.monotonic();
  const run: RunOf = { caller: request.caller, runId: request.runId, mounts: request.mounts };
  const remainingMs = (): number => Math.max(1, Math.ceil(timeoutMs - (clock.monotonic() - began)));
  const workspace = request.mounts?.workspace ?? '';
  if (workspace === '') {
    throw new HoldfastError('INVALID_ARGUMENT', `${module.name} was called without a workspace.`);
  }
  return {
    tenant: request.caller?.tenant ?? '',
    subject: request.caller?.subject ?? '',
    user: request.caller?.user || (request.caller?.subject ?? ''),
    agent: request.agent,
    traceparent: request.caller?.traceparent ?? '',
    runId: request.runId,
    actionId: request.actionId,
    idempotencyKey: request.idempotencyKey,
    attempt: request.attempt,
    signal,
    workspace,
    inputs: new Map(request.mounts?.inputs.map(({ name, path }) => [name, path])),
    monotonic: clock.monotonic,
    remainingMs,
    async emit(event) {
      signal.throwIfAborted();
      await handoff.put(event);
    },
    exec: (argv, options = {}) =>
      sandboxes.exec(
        run,
        {
          process: {
            cmd: argv[0] ?? '',
            args: argv.slice(1),
            envs: { ...options.env },
            ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
          },
          stdin: options.stdin ?? new Uint8Array(),
          wallMs: Math.min(options.wallMs ?? remainingMs(), remainingMs()),
          actionId: request.actionId,
        },
        signal,
      ),
    async ready() {
      await sandboxes.of(run);
    },
  };
}

function responseOf(event: ToolEvent): toolspb.CallToolResponse {
  if (event.type === 'progress') {
    const value = create(toolspb.ProgressSchema, { fraction: event.fraction, message: event.message });
    return create(toolspb.CallToolResponseSchema, { event: { case: 'progress', value } });
  }
  const stream = event.stream === 'stderr' ? toolspb.Stream.STDERR : toolspb.Stream.STDOUT;
  const value = create(toolspb.OutputSchema, { stream, text: event.text });
  return create(toolspb.CallToolResponseSchema, { event: { case: 'output', value } });
}
