import type { Schema } from '../api/client.ts';

type Insight = Schema<'Insight'>;

/** What was counted in one step of a chart of sums. */
export interface Sums {
  /** Where the step begins, epoch milliseconds. */
  readonly at: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly modelErrors: number;
  readonly toolErrors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; null where nothing has a known price. */
  readonly cost: number | null;
}

const MINUTE = 60_000;
/** Steps that people count in, milliseconds. */
const STEPS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880].map((minutes) => minutes * MINUTE);

/** The step in which sums are drawn: the server's own, or a multiple of it so that no more than `most` bars are needed. */
export function stepFor(stepMs: number, count: number, most: number): number {
  if (count <= most) return stepMs;
  return STEPS.find((step) => step % stepMs === 0 && (count * stepMs) / step <= most) ?? stepMs;
}

/** The points of insight added up in longer steps: bars that are thinner than a pixel show nothing. */
export function sumsOf(insight: Pick<Insight, 'points' | 'step_ms'>, most: number): { stepMs: number; sums: Sums[] } {
  const stepMs = stepFor(insight.step_ms, insight.points.length, most);
  const steps = new Map<number, Sums>();
  for (const point of insight.points) {
    const at = Math.floor(Date.parse(point.at) / stepMs) * stepMs;
    const before = steps.get(at);
    const cost = point.cost_usd;
    steps.set(at, {
      at,
      succeeded: (before?.succeeded ?? 0) + point.runs.succeeded,
      failed: (before?.failed ?? 0) + point.runs.failed,
      canceled: (before?.canceled ?? 0) + point.runs.canceled,
      modelErrors: (before?.modelErrors ?? 0) + point.model_errors,
      toolErrors: (before?.toolErrors ?? 0) + point.tool_errors,
      inputTokens: (before?.inputTokens ?? 0) + point.input_tokens,
      outputTokens: (before?.outputTokens ?? 0) + point.output_tokens,
      cost: cost === null ? (before?.cost ?? null) : (before?.cost ?? 0) + cost,
    });
  }
  return { stepMs, sums: [...steps.values()] };
}

/** The whole range in a few figures. */
export interface Totals {
  readonly ended: number;
  readonly started: number;
  /** Of the runs that succeeded or failed, the part that succeeded; null where there is none. */
  readonly success: number | null;
  readonly tokens: number;
  readonly cost: number | null;
  readonly costUnknown: boolean;
}

/** Adds up all points. What was cancelled says nothing of success: somebody wanted it so. */
export function totalsOf(points: Insight['points']): Totals {
  const sum = (of: (point: Insight['points'][number]) => number) =>
    points.reduce((total, point) => total + of(point), 0);
  const [succeeded, failed] = [sum(({ runs }) => runs.succeeded), sum(({ runs }) => runs.failed)];
  const cost = sum((point) => point.cost_usd ?? 0);
  const unknown = points.some((point) => point.cost_unknown);
  return {
    ended: succeeded + failed + sum(({ runs }) => runs.canceled),
    started: sum(({ runs }) => runs.started),
    success: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
    tokens: sum((point) => point.input_tokens + point.output_tokens),
    cost: cost === 0 && unknown ? null : cost,
    costUnknown: unknown,
  };
}
