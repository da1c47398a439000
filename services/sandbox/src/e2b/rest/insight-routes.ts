import { z } from 'zod';

import type { Reply } from '../http.ts';
import { type RestCall, sandboxOfCall } from './call.ts';
import type { Route } from './routes.ts';
import { parse, queryOf } from './schemas.ts';
import { logView, metricView } from './views.ts';

const RangeSchema = z.object({
  start: z.coerce.number().optional(),
  end: z.coerce.number().optional(),
});
const LogsSchema = z.object({
  start: z.coerce.number().default(0),
  limit: z.coerce.number().int().min(0).max(1000).default(1000),
});
const LogsV2Schema = z.object({
  cursor: z.coerce.number().optional(),
  limit: z.coerce.number().int().min(0).max(1000).default(1000),
  direction: z.enum(['forward', 'backward']).default('forward'),
});
const ManySchema = z.object({ sandbox_ids: z.string().transform((text) => text.split(',')) });

/** What sandboxes use, and what happened to them. */
export const insightRoutes: readonly Route[] = [
  { method: 'GET', path: '/sandboxes/metrics', handle: metricsOfMany },
  { method: 'GET', path: '/sandboxes/{sandboxID}/metrics', handle: metrics },
  { method: 'GET', path: '/sandboxes/{sandboxID}/logs', handle: logs },
  { method: 'GET', path: '/v2/sandboxes/{sandboxID}/logs', handle: logsV2 },
];

function metrics(call: RestCall): Reply {
  const { start = -Infinity, end = Infinity } = parse(RangeSchema, queryOf(call.query));
  const samples = sandboxOfCall(call).usage.samples();
  // The range is in whole seconds.
  const within = samples.filter(({ at }) => at >= start * 1000 && at < (end + 1) * 1000);
  return { status: 200, body: within.map(metricView) };
}

function metricsOfMany(call: RestCall): Reply {
  const { sandbox_ids: ids } = parse(ManySchema, queryOf(call.query));
  const known = call.sandboxes.list(call.caller.tenant).filter(({ id }) => ids.includes(id));
  const sandboxes: Record<string, unknown> = {};
  for (const { id, usage } of known) {
    const last = usage.samples().at(-1);
    if (last) sandboxes[id] = metricView(last);
  }
  return { status: 200, body: { sandboxes } };
}

function logs(call: RestCall): Reply {
  const { start, limit } = parse(LogsSchema, queryOf(call.query));
  const entries = sandboxOfCall(call)
    .log.entries()
    .filter(({ at }) => at >= start)
    .slice(0, limit)
    .map(logView);
  const lines = entries.map((entry) => ({ timestamp: entry['timestamp'], line: JSON.stringify(entry) }));
  return { status: 200, body: { logs: lines, logEntries: entries } };
}

function logsV2(call: RestCall): Reply {
  const { cursor, limit, direction } = parse(LogsV2Schema, queryOf(call.query));
  const forward = direction === 'forward';
  const entries = forward ? sandboxOfCall(call).log.entries() : sandboxOfCall(call).log.entries().toReversed();
  const from = entries.filter(({ at }) => cursor === undefined || (forward ? at >= cursor : at <= cursor));
  return { status: 200, body: { logs: from.slice(0, limit).map(logView) } };
}
