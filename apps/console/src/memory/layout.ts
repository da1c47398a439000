/** A place in the picture of a graph. The whole picture is about 1 wide and high, around 0. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A connection of two nodes, by their numbers. */
export type Edge = readonly [number, number];

/** So often the nodes are moved; after that little changes. */
const STEPS = 240;
/** How much nodes are drawn to the middle, so that parts without a connection stay in the picture. */
const GRAVITY = 2.5;
/** The angle between one node of the beginning and the next, so that they fill a disc evenly. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Places the nodes of a graph so that connected ones are near one another: the forces of Fruchterman and Reingold (1991),
 * with a pull to the middle. The same graph always gives the same picture. It takes time with the square of `count`: 500
 * nodes are for a worker.
 *
 * @param edges those with numbers that are no node are left out
 */
export function layoutOf(count: number, edges: readonly Edge[]): Point[] {
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const radius = 0.5 * Math.sqrt((n + 0.5) / Math.max(1, count));
    xs[n] = radius * Math.cos(n * GOLDEN_ANGLE);
    ys[n] = radius * Math.sin(n * GOLDEN_ANGLE);
  }
  const kept = edges.filter(([a, b]) => a !== b && a >= 0 && b >= 0 && a < count && b < count);
  for (let step = 0; step < STEPS; step++) move(xs, ys, kept, 0.1 * (1 - step / STEPS));
  return Array.from(xs, (x, n) => ({ x, y: ys[n] ?? 0 }));
}

/** One step: no node moves further than `most`. */
function move(xs: Float64Array, ys: Float64Array, edges: readonly Edge[], most: number): void {
  const count = xs.length;
  const k = 0.8 / Math.sqrt(Math.max(1, count));
  const dx = new Float64Array(count);
  const dy = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const x = at(xs, a) - at(xs, b);
      const y = at(ys, a) - at(ys, b);
      // Nodes push each other away by k² / d, along a line that is d long.
      const by = (k * k) / Math.max(1e-12, x * x + y * y);
      push(dx, a, b, x * by);
      push(dy, a, b, y * by);
    }
  }
  for (const [a, b] of edges) {
    const x = at(xs, a) - at(xs, b);
    const y = at(ys, a) - at(ys, b);
    // A connection draws them together by d² / k.
    const by = -Math.sqrt(x * x + y * y) / k;
    push(dx, a, b, x * by);
    push(dy, a, b, y * by);
  }
  for (let n = 0; n < count; n++) {
    const x = at(dx, n) - at(xs, n) * GRAVITY * k;
    const y = at(dy, n) - at(ys, n) * GRAVITY * k;
    const length = Math.hypot(x, y);
    const by = length > most ? most / length : 1;
    xs[n] = at(xs, n) + x * by;
    ys[n] = at(ys, n) + y * by;
  }
}

function push(values: Float64Array, a: number, b: number, by: number): void {
  values[a] = at(values, a) + by;
  values[b] = at(values, b) - by;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

/** A direction of the arrow keys. */
export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const AHEAD: Readonly<Record<Direction, (x: number, y: number) => number>> = {
  ArrowUp: (_x, y) => -y,
  ArrowDown: (_x, y) => y,
  ArrowLeft: (x) => -x,
  ArrowRight: (x) => x,
};

/** The nearest node in a direction, within 45 degrees to either side where there is one; undefined at the edge. */
export function nextIn(points: readonly Point[], from: number, direction: Direction): number | undefined {
  const here = points[from];
  if (!here) return undefined;
  let best: { index: number; cost: number } | undefined;
  for (const [index, point] of points.entries()) {
    const x = point.x - here.x;
    const y = point.y - here.y;
    const ahead = AHEAD[direction](x, y);
    if (index === from || ahead <= 0) continue;
    const aside = Math.sqrt(Math.max(0, x * x + y * y - ahead * ahead));
    // What lies aside is reached by another key.
    const cost = ahead + aside * (aside > ahead ? 10 : 1);
    if (!best || cost < best.cost) best = { index, cost };
  }
  return best?.index;
}

/** A step of so many pixels to one side of the line between two points; the side is the same from either end. */
export function asideOf(a: Point, b: Point, by: number): Point {
  const [from, to] = a.x < b.x || (a.x === b.x && a.y < b.y) ? [a, b] : [b, a];
  const x = to.x - from.x;
  const y = to.y - from.y;
  const length = Math.hypot(x, y) || 1;
  return { x: (-y / length) * by, y: (x / length) * by };
}
