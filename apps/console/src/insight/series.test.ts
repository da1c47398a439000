import { describe, expect, it } from 'vitest';

import type { Schema } from '../api/client.ts';
import { stepFor, sumsOf, totalsOf } from './series.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 24, 12);

type Point = Schema<'InsightPoint'>;
const point = (index: number, rest: Partial<Point> = {}): Point => ({
  at: new Date(NOON + index * 5 * MINUTE).toISOString(),
  runs: { started: 1, succeeded: 1, failed: 0, canceled: 0 },
  run_ms: null,
  queue_ms: null,
  model_calls: 0,
  model_errors: 0,
  tool_calls: 0,
  tool_errors: 1,
  input_tokens: 2,
  output_tokens: 3,
  cost_usd: null,
  cost_unknown: false,
  ...rest,
});

describe('the sums that insight draws (OB-2)', () => {
  it('stay as the server has them while there are few, else come in steps that people count in', () => {
    expect(stepFor(5 * MINUTE, 12, 60)).toBe(5 * MINUTE);
    expect(stepFor(5 * MINUTE, 288, 60)).toBe(30 * MINUTE);
    expect(stepFor(60 * MINUTE, 168, 60)).toBe(180 * MINUTE);
    expect(stepFor(180 * MINUTE, 240, 60)).toBe(720 * MINUTE);
  });

  it('lose nothing, and never take an unknown cost for 0', () => {
    const points = [
      point(0),
      point(1, { cost_usd: 0.5, runs: { started: 0, succeeded: 0, failed: 2, canceled: 1 } }),
      point(2, { cost_usd: 0.25 }),
      point(3),
      point(4),
      point(5, { model_errors: 4 }),
      point(6),
    ];
    const { stepMs, sums } = sumsOf({ points, step_ms: 5 * MINUTE }, 3);
    expect(stepMs).toBe(15 * MINUTE);
    expect(sums.map(({ at }) => (at - NOON) / MINUTE)).toEqual([0, 15, 30]);
    expect(sums.map(({ canceled, failed, succeeded }) => [succeeded, failed, canceled])).toEqual([
      [2, 2, 1],
      [3, 0, 0],
      [1, 0, 0],
    ]);
    expect(sums.map(({ cost }) => cost)).toEqual([0.75, null, null]);
    expect(sums.map(({ modelErrors, toolErrors }) => [modelErrors, toolErrors])).toEqual([
      [0, 3],
      [4, 3],
      [0, 1],
    ]);
  });

  it('are added up to a success rate without what was cancelled', () => {
    const points = [
      point(0, { runs: { started: 3, succeeded: 3, failed: 1, canceled: 4 } }),
      point(1, { cost_usd: 1, cost_unknown: true }),
    ];
    expect(totalsOf(points)).toEqual({
      ended: 9,
      started: 4,
      success: 0.8,
      tokens: 10,
      cost: 1,
      costUnknown: true,
    });
    expect(totalsOf([])).toEqual({ ended: 0, started: 0, success: null, tokens: 0, cost: 0, costUnknown: false });
    expect(totalsOf([point(0, { cost_unknown: true })]).cost).toBeNull();
  });
});
