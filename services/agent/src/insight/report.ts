import { agentpb, create } from '@holdfast/protocol';

import { Distribution } from './histogram.ts';
import type { Range } from './range.ts';
import { type InsightRow, RESOURCES } from './row.ts';
import type { InsightStore } from './store.ts';

/** What was done under one name, or at one point. */
class Work {
  count = 0;
  errors = 0;
  totalMs = 0;
  maxMs = 0;
  readonly durations = new Distribution();
  readonly usage = create(agentpb.UsageSchema);

  add(row: InsightRow): void {
    this.count += row.count;
    this.errors += row.errors;
    this.totalMs += row.total;
    this.maxMs = Math.max(this.maxMs, row.maximum);
    this.durations.add(row.histogram, row.maximum);
    this.usage.inputTokens += row.inputTokens;
    this.usage.outputTokens += row.outputTokens;
    this.usage.costUsd += row.costUsd;
    this.usage.costUnknown ||= row.costUnknown > 0;
  }
}

const ENDS = { 'run-succeeded': 'succeeded', 'run-failed': 'failed', 'run-canceled': 'canceled' } as const;

/** Runs of one agent, or at one point. */
class Runs {
  readonly ended = { succeeded: 0, failed: 0, canceled: 0 };
  readonly durations = new Distribution();

  add(how: keyof Runs['ended'], row: InsightRow): void {
    this.ended[how] += row.count;
    this.durations.add(row.histogram, row.maximum);
  }
}

class Point {
  readonly runs = new Runs();
  readonly queue = new Work();
  readonly model = new Work();
  readonly tool = new Work();
}

/** Adds rows up for one range: over time, and by name. */
class Report {
  readonly #range: Range;
  readonly #points: Point[];
  readonly #runs = new Distribution();
  readonly #agents = new Map<string, Runs>();
  readonly #models = new Map<string, Work>();
  readonly #tools = new Map<string, Work>();

  constructor(range: Range) {
    this.#range = range;
    this.#points = Array.from({ length: range.points }, () => new Point());
  }

  add(row: InsightRow): void {
    const point = this.#points[Math.floor((row.bucketAt - this.#range.from) / this.#range.stepMs)];
    if (!point) return;
    switch (row.kind) {
      case 'run-succeeded':
      case 'run-failed':
      case 'run-canceled':
        point.runs.add(ENDS[row.kind], row);
        this.#runs.add(row.histogram, row.maximum);
        named(this.#agents, row.name, () => new Runs()).add(ENDS[row.kind], row);
        return;
      case 'model':
        point.model.add(row);
        named(this.#models, row.name, () => new Work()).add(row);
        return;
      case 'tool':
        point.tool.add(row);
        named(this.#tools, row.name, () => new Work()).add(row);
        return;
      case 'queue':
        point.queue.add(row);
        return;
      case 'resource':
    }
  }

  response(): agentpb.GetInsightResponse {
    const { from, to, stepMs } = this.#range;
    return create(agentpb.GetInsightResponseSchema, {
      from,
      to,
      stepMs,
      ...quantilesAs('runMs', this.#runs),
      points: this.#points.map(({ runs, queue, model, tool }, index) => ({
        at: from + index * stepMs,
        started: queue.count,
        ...runs.ended,
        ...quantilesAs('runMs', runs.durations),
        ...quantilesAs('queueMs', queue.durations),
        modelCalls: model.count,
        modelErrors: model.errors,
        toolCalls: tool.count,
        toolErrors: tool.errors,
        usage: model.usage,
      })),
      agents: [...this.#agents]
        .map(([name, { ended, durations }]) => ({ name, ...ended, ...quantilesAs('runMs', durations) }))
        .sort((a, b) => runsOf(b) - runsOf(a) || byName(a, b)),
      models: [...this.#models]
        .map(([name, { count: calls, errors, durations, usage }]) => {
          return { name, calls, errors, ...quantilesAs('callMs', durations), usage };
        })
        .sort((a, b) => b.calls - a.calls || byName(a, b)),
      tools: [...this.#tools]
        .map(([name, { count: calls, errors, durations, maxMs, totalMs }]) => {
          return { name, calls, errors, ...quantilesAs('callMs', durations), maxMs, totalMs };
        })
        .sort((a, b) => (b.callMs?.p95 ?? 0) - (a.callMs?.p95 ?? 0) || byName(a, b)),
    });
  }
}

/** What the runs of a tenant did in a range and, if asked for, what the processes used meanwhile. */
export async function readInsight(
  store: InsightStore,
  tenant: string,
  range: Range,
  withResources: boolean,
): Promise<agentpb.GetInsightResponse> {
  const report = new Report(range);
  for await (const rows of store.read(tenant, range)) for (const row of rows) report.add(row);
  const response = report.response();
  if (withResources) response.resources = await readResources(store, range);
  return response;
}

async function readResources(store: InsightStore, range: Range): Promise<agentpb.InsightResources[]> {
  const steps = new Map<number, Map<string, Work>>();
  for await (const rows of store.read('', range)) {
    for (const row of rows) {
      const index = Math.floor((row.bucketAt - range.from) / range.stepMs);
      const step = named(steps, index, () => new Map<string, Work>());
      named(step, row.name, () => new Work()).add(row);
    }
  }
  return [...steps].map(([index, step]) => {
    const mean = (name: string) => {
      const { count, totalMs: sum } = step.get(name) ?? { count: 0, totalMs: 0 };
      return count === 0 ? 0 : sum / count;
    };
    return create(agentpb.InsightResourcesSchema, {
      at: range.from + index * range.stepMs,
      rssBytes: Math.round(mean(RESOURCES.rssBytes)),
      cpuFraction: mean(RESOURCES.cpuFraction),
      eventLoopDelayMs: step.get(RESOURCES.eventLoopDelayMs)?.maxMs ?? 0,
      diskFreeBytes: Math.round(mean(RESOURCES.diskFreeBytes)),
    });
  });
}

function named<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function quantilesAs<K extends string>(
  key: K,
  durations: Distribution,
): Partial<Record<K, { p50: number; p95: number }>> {
  const quantiles = durations.quantiles();
  return quantiles ? ({ [key]: quantiles } as Record<K, typeof quantiles>) : {};
}

function runsOf({ succeeded, failed, canceled }: Runs['ended']): number {
  return succeeded + failed + canceled;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
