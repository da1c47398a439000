import { describe, expect, it } from 'vitest';

import { asideOf, type Edge, layoutOf, nextIn, type Point } from './layout.ts';

const distance = (a?: Point, b?: Point) => Math.hypot((a?.x ?? 0) - (b?.x ?? 0), (a?.y ?? 0) - (b?.y ?? 0));

describe('the picture of the graph (ME-3)', () => {
  it('has what is connected nearer than what is not', () => {
    // Two rings of ten.
    const ring = (from: number): Edge[] => Array.from({ length: 10 }, (_none, n) => [from + n, from + ((n + 1) % 10)]);
    const points = layoutOf(20, [...ring(0), ...ring(10)]);
    const inside = Array.from({ length: 9 }, (_none, n) => distance(points[n], points[n + 1]));
    const across = Array.from({ length: 10 }, (_none, n) => distance(points[n], points[n + 10]));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(inside)).toBeLessThan(0.6 * mean(across));
  });

  it('is the same each time, finite, and has no two nodes in one place, up to 500', () => {
    const edges: Edge[] = Array.from({ length: 700 }, (_none, n) => [(n * 7) % 500, (n * n) % 500]);
    const points = layoutOf(500, edges);
    expect(points).toEqual(layoutOf(500, edges));
    expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && Math.hypot(x, y) < 10)).toBe(true);
    expect(new Set(points.map(({ x, y }) => `${x.toFixed(6)} ${y.toFixed(6)}`)).size).toBe(500);
  });

  it('takes nothing, one node, and edges that lead nowhere', () => {
    expect(layoutOf(0, [])).toEqual([]);
    expect(
      layoutOf(1, [
        [0, 0],
        [0, 5],
        [-1, 0],
      ]),
    ).toHaveLength(1);
  });
});

describe('arrow keys in the picture (ME-3)', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 1, y: 0.1 },
    { x: 3, y: 0 },
    { x: 0, y: -1 },
  ];

  it('lead to the nearest entity in their direction', () => {
    expect(nextIn(points, 0, 'ArrowRight')).toBe(1);
    expect(nextIn(points, 1, 'ArrowRight')).toBe(2);
    expect(nextIn(points, 0, 'ArrowUp')).toBe(3);
    expect(nextIn(points, 2, 'ArrowRight')).toBeUndefined();
    expect(nextIn(points, 9, 'ArrowLeft')).toBeUndefined();
    expect(nextIn([], 0, 'ArrowLeft')).toBeUndefined();
  });

  it('reach every entity of a picture from any other', () => {
    const all = layoutOf(
      40,
      Array.from({ length: 60 }, (_none, n) => [n % 40, (n * n) % 40]),
    );
    const reached = new Set([0]);
    for (const index of reached) {
      for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const) {
        const next = nextIn(all, index, key);
        if (next !== undefined) reached.add(next);
      }
    }
    expect(reached.size).toBe(40);
  });
});

describe('relations that are drawn beside one another (ME-3)', () => {
  it('lie at the same side from either end, at a right angle', () => {
    const [a, b] = [
      { x: 0, y: 0 },
      { x: 3, y: 4 },
    ];
    const aside = asideOf(a, b, 10);
    expect(aside.x * b.x + aside.y * b.y).toBeCloseTo(0, 9);
    expect(Math.hypot(aside.x, aside.y)).toBeCloseTo(10, 9);
    expect(asideOf(b, a, 10)).toEqual(aside);
    expect(Object.values(asideOf(a, a, 10)).every(Number.isFinite)).toBe(true);
  });
});
