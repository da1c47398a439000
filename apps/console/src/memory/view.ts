import type { Point } from './layout.ts';

/** What of a picture is seen: pixels a unit of the layout, and where its middle lies, pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** The size of the window, pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Room for names at the edges, pixels. */
const MARGIN = 48;
const LEAST_SCALE = 20;
const MOST_SCALE = 20_000;

/** All points in the window. */
export function fitted(points: readonly Point[], { height, width }: Size): View {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(0, ...xs), Math.max(0, ...xs)];
  const [top, bottom] = [Math.min(0, ...ys), Math.max(0, ...ys)];
  const room = (pixels: number) => Math.max(1, pixels - 2 * MARGIN);
  const scale = bounded(Math.min(room(width) / (right - left || 1), room(height) / (bottom - top || 1)));
  return { scale, x: width / 2 - (scale * (left + right)) / 2, y: height / 2 - (scale * (top + bottom)) / 2 };
}

/** Where a point is in the window, pixels. */
export function placeOf({ scale, x, y }: View, point: Point): Point {
  return { x: x + scale * point.x, y: y + scale * point.y };
}

/** The view after it was moved by so many pixels. */
export function movedBy(view: View, by: Point): View {
  return { ...view, x: view.x + by.x, y: view.y + by.y };
}

/** The view after it was zoomed; what is at `at`, pixels, stays there. */
export function zoomedAt(view: View, by: number, at: Point): View {
  const scale = bounded(view.scale * by);
  const real = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real };
}

/** The view with a point in the middle where it was outside or at the edge, else as it is. */
export function centredOn(view: View, point: Point, { height, width }: Size): View {
  const { x, y } = placeOf(view, point);
  const isInside = x >= MARGIN / 2 && x <= width - MARGIN / 2 && y >= MARGIN / 2 && y <= height - MARGIN / 2;
  return isInside ? view : movedBy(view, { x: width / 2 - x, y: height / 2 - y });
}

function bounded(scale: number): number {
  return Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale));
}
