import type { RunLog } from './log.ts';

/** What a stretch of time went into. */
export type SpanKind = 'queue' | 'model' | 'tool' | 'wait';

/** One bar of the waterfall. Times are epoch milliseconds. */
export interface Span {
  readonly key: string;
  readonly kind: SpanKind;
  readonly name: string;
  /** The action that it stands for; empty for none. */
  readonly actionId: string;
  readonly from: number;
  /** Undefined while it goes on. */
  readonly to: number | undefined;
  readonly outcome: string;
  readonly settled: string;
}

/** Where the time of a run went: queue, model, tools, and waiting for humans, in the order in which it began. */
export function spansOf(log: RunLog): Span[] {
  const spans: Span[] = [];
  const { createdAt, startedAt } = log;
  if (createdAt !== undefined) {
    const rest = { actionId: '', outcome: '', settled: '' };
    spans.push({ key: 'queue', kind: 'queue', name: '', from: createdAt, to: startedAt ?? log.endedAt, ...rest });
  }
  for (const { at, endedAt, id, kind, name, outcome, settled } of log.actions.values()) {
    const what = kind === 'question' ? 'wait' : kind;
    spans.push({ key: id, kind: what, name, actionId: id, from: at, to: endedAt, outcome, settled });
  }
  return spans;
}

/** Time by kind, milliseconds. Calls that ran side by side each count. */
export function totalsOf(spans: readonly Span[], now: number): Record<SpanKind, number> {
  const totals = { queue: 0, model: 0, tool: 0, wait: 0 };
  for (const { from, kind, to } of spans) totals[kind] += Math.max(0, (to ?? now) - from);
  return totals;
}
