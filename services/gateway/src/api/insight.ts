import { agentpb, create } from '@holdfast/protocol';
import { z } from 'zod';

import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { usageOf } from './wire.ts';

const DAY_MS = 86_400_000;

const count = z.number().int();
const time = z.iso.datetime();
const milliseconds = z.number().describe('Milliseconds.');
const quantiles = z
  .object({ p50: milliseconds, p95: milliseconds })
  .nullable()
  .describe('Estimated from a histogram, see docs/observability.md; null where there is nothing.');
const nullableMs = z.number().nullable().describe('Milliseconds; null where there is nothing.');

const usage = {
  input_tokens: count,
  output_tokens: count,
  cost_usd: z.number().nullable().describe('For what has a known price; null where nothing has.'),
  cost_unknown: z.boolean().describe('True: part of the usage has no known price; the cost is a lower bound.'),
};
const ends = { succeeded: count, failed: count, canceled: count };

const PointSchema = z
  .object({
    at: time.describe('Where the step begins.'),
    runs: z.object({ started: count, ...ends }),
    run_ms: quantiles,
    queue_ms: quantiles,
    model_calls: count,
    model_errors: count,
    tool_calls: count,
    tool_errors: count,
    ...usage,
  })
  .meta({ id: 'InsightPoint' });

const InsightSchema = z
  .object({
    from: time.describe('The range that was asked for, widened to whole steps.'),
    to: time,
    step_ms: count,
    run_ms: quantiles,
    points: z.array(PointSchema).describe('One for each step, oldest first, also where nothing happened.'),
    agents: z
      .array(z.object({ name: z.string(), runs: count, ...ends, p50_ms: nullableMs, p95_ms: nullableMs }))
      .describe('The most used first.'),
    models: z
      .array(
        z.object({
          name: z.string(),
          calls: count,
          errors: count,
          p50_ms: nullableMs,
          p95_ms: nullableMs,
          ...usage,
        }),
      )
      .describe('The most used first.'),
    tools: z
      .array(
        z.object({
          name: z.string(),
          calls: count,
          errors: count,
          p50_ms: nullableMs,
          p95_ms: nullableMs,
          max_ms: milliseconds,
          total_ms: milliseconds,
        }),
      )
      .describe('The slowest first, by p95.'),
    resources: z
      .array(
        z.object({
          at: time,
          rss_bytes: count,
          cpu_fraction: z.number().describe('Of one core.'),
          event_loop_delay_ms: milliseconds,
          disk_free_bytes: count,
        }),
      )
      .describe('Only steps in which something was measured, and only with the scope admin:read; else empty.'),
  })
  .meta({ id: 'Insight' });

const Time = z.iso.datetime({ offset: true }).transform(Date.parse).optional();

/** What the runs of the tenant did over time (OB-2). */
export function insightRoutes(app: App, context: ApiContext): void {
  const { agent, clock } = context.deps;

  app.get(
    '/insight',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['insight'],
        summary: 'Runs, latency, errors, tokens, cost and resources over time',
        querystring: z.strictObject({
          from: Time.describe('Left out: a day before `to`. At most 90 days before it.'),
          to: Time.describe('Left out: now.'),
        }),
        response: { 200: InsightSchema },
      },
    },
    async (request) => {
      const to = request.query.to ?? clock.now();
      const wanted = {
        caller: callerOf(request),
        from: request.query.from ?? to - DAY_MS,
        to,
        withResources: identityOf(request).scopes.has('admin:read'),
      };
      return insightOf(await agent.getInsight(create(agentpb.GetInsightRequestSchema, wanted)));
    },
  );
}

function insightOf(insight: agentpb.GetInsightResponse): z.output<typeof InsightSchema> {
  return {
    from: iso(insight.from),
    to: iso(insight.to),
    step_ms: insight.stepMs,
    run_ms: quantilesOf(insight.runMs),
    points: insight.points.map((point) => ({
      at: iso(point.at),
      runs: {
        started: point.started,
        succeeded: point.succeeded,
        failed: point.failed,
        canceled: point.canceled,
      },
      run_ms: quantilesOf(point.runMs),
      queue_ms: quantilesOf(point.queueMs),
      model_calls: point.modelCalls,
      model_errors: point.modelErrors,
      tool_calls: point.toolCalls,
      tool_errors: point.toolErrors,
      ...costOf(point.usage),
    })),
    agents: insight.agents.map(({ name, succeeded, failed, canceled, runMs }) => ({
      name,
      runs: succeeded + failed + canceled,
      succeeded,
      failed,
      canceled,
      ...flat(runMs),
    })),
    models: insight.models.map(({ name, calls, errors, callMs, usage: used }) => ({
      name,
      calls,
      errors,
      ...flat(callMs),
      ...costOf(used),
    })),
    tools: insight.tools.map(({ name, calls, errors, callMs, maxMs, totalMs }) => ({
      name,
      calls,
      errors,
      ...flat(callMs),
      max_ms: maxMs,
      total_ms: totalMs,
    })),
    resources: insight.resources.map((one) => ({
      at: iso(one.at),
      rss_bytes: one.rssBytes,
      cpu_fraction: one.cpuFraction,
      event_loop_delay_ms: one.eventLoopDelayMs,
      disk_free_bytes: one.diskFreeBytes,
    })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function quantilesOf(of: agentpb.Quantiles | undefined): { p50: number; p95: number } | null {
  return of ? { p50: of.p50, p95: of.p95 } : null;
}

function flat(of: agentpb.Quantiles | undefined): { p50_ms: number | null; p95_ms: number | null } {
  return { p50_ms: of?.p50 ?? null, p95_ms: of?.p95 ?? null };
}

function costOf(of: agentpb.Usage | undefined) {
  const { cached_input_tokens: _, ...rest } = usageOf(of);
  return rest;
}
