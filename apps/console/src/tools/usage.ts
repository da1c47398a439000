import type { Schema } from '../api/client.ts';

/** What the calls of one tool came to. */
export interface ToolTotals {
  readonly calls: number;
  readonly failed: number;
  readonly cost: number;
}

/** The calls of some days, added up by tool. */
export function totalsOf(usage: readonly Schema<'ToolUsage'>[]): ReadonlyMap<string, ToolTotals> {
  const totals = new Map<string, ToolTotals>();
  for (const { calls, cost_usd: cost, failed, tool } of usage) {
    const before = totals.get(tool) ?? { calls: 0, failed: 0, cost: 0 };
    totals.set(tool, { calls: before.calls + calls, failed: before.failed + failed, cost: before.cost + cost });
  }
  return totals;
}

/** The day (UTC) that lies so many days back, such as 2026-11-27. */
export function dayBefore(now: number, days: number): string {
  return new Date(now - days * 86_400_000).toISOString().slice(0, 10);
}
