import type { Intent, Observer, Outcome, RunObserver } from '@holdfast/agent';
import {
  type Clock,
  contextOf,
  formatTraceparent,
  GENAI,
  GENAI_OPERATION,
  HOLDFAST,
  type Logger,
  type Metrics,
  parentContext,
  type Tracing,
} from '@holdfast/telemetry';

/** Where the agent service's telemetry goes. */
export interface ObserverDeps {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly logger: Logger;
  readonly clock: Clock;
}

const ENDED = new Set(['succeeded', 'failed', 'canceled']);

/** Connects the agent service to metrics (AG-3), logs with run and trace ids, and spans run -> action. */
export function createObserver({ metrics, tracing, logger, clock }: ObserverDeps): Observer {
  return {
    problem(message, error, runId) {
      logger.error({ ...(runId === undefined ? {} : { run_id: runId }), err: error }, message);
    },
    run(run): RunObserver {
      const span = tracing.tracer.startSpan(
        `${GENAI_OPERATION.agent} ${run.agent}`,
        {
          attributes: {
            [GENAI.operation]: GENAI_OPERATION.agent,
            [GENAI.agentName]: run.agent,
            [GENAI.conversationId]: run.runId,
            [HOLDFAST.runId]: run.runId,
            [HOLDFAST.tenant]: run.tenant,
            [HOLDFAST.recovered]: run.recovered,
          },
        },
        parentContext(run.traceparent),
      );
      const context = contextOf(span);
      const { traceId, spanId } = span.spanContext();
      const log = logger.child({
        run_id: run.runId,
        ...(tracing.enabled ? { trace_id: traceId, span_id: spanId } : {}),
      });
      if (run.recovered) metrics.recovered();
      log.info(
        { agent: run.agent },
        run.recovered ? 'A run was taken over after its worker was lost.' : 'A run is worked on.',
      );
      return {
        action(intent) {
          const begun = clock.monotonic();
          const child = tracing.tracer.startSpan(spanName(intent), { attributes: intentAttributes(intent) }, context);
          return {
            traceparent: tracing.enabled ? formatTraceparent(child.spanContext()) : '',
            ended(outcome) {
              metrics.acted(intent.type, outcome.status, (clock.monotonic() - begun) / 1000);
              if (outcome.model) {
                const { model, usage } = outcome.model;
                metrics.tokens(model, 'input', usage.inputTokens);
                metrics.tokens(model, 'output', usage.outputTokens);
                metrics.tokens(model, 'cached_input', usage.cachedInputTokens);
              }
              child.setAttributes(outcomeAttributes(outcome));
              child.end();
              if (outcome.error) {
                log.warn({ action_id: outcome.id, name: intent.name, code: outcome.error.code }, outcome.error.message);
              }
            },
          };
        },
        left(how, activeMs) {
          span.setAttribute(HOLDFAST.left, how);
          span.end();
          log.info({ agent: run.agent, left: how, active_ms: activeMs }, 'A worker left a run.');
          if (!ENDED.has(how)) return;
          metrics.taskEnded(run.agent, how);
          metrics.responded(run.agent, activeMs / 1000);
        },
      };
    },
  };
}

function spanName(intent: Intent): string {
  if (intent.type === 'model') return `${GENAI_OPERATION.chat} ${intent.name}`;
  return intent.type === 'tool' ? `${GENAI_OPERATION.tool} ${intent.name}` : `question ${intent.name}`;
}

function intentAttributes(intent: Intent) {
  const common = {
    [HOLDFAST.actionId]: intent.id,
    [HOLDFAST.attempt]: intent.attempt,
    [HOLDFAST.effect]: intent.effect,
  };
  if (intent.type === 'model') {
    return { ...common, [GENAI.operation]: GENAI_OPERATION.chat, [GENAI.requestModel]: intent.name };
  }
  return { ...common, [GENAI.operation]: GENAI_OPERATION.tool, [GENAI.toolName]: intent.name };
}

function outcomeAttributes(outcome: Outcome) {
  const { model } = outcome;
  return {
    [HOLDFAST.outcome]: outcome.status,
    ...(outcome.settled ? { [HOLDFAST.settled]: outcome.settled } : {}),
    ...(outcome.error ? { [GENAI.errorType]: outcome.error.code } : {}),
    ...(model
      ? {
          [GENAI.responseModel]: model.model,
          [GENAI.finishReasons]: [model.reason],
          [GENAI.inputTokens]: model.usage.inputTokens,
          [GENAI.outputTokens]: model.usage.outputTokens,
          ...(model.costUsd === undefined ? {} : { [HOLDFAST.costUsd]: model.costUsd }),
        }
      : {}),
  };
}
