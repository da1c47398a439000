import { describe, expect, it } from 'vitest';

import { centredOn, fitted, movedBy, placeOf, zoomedAt } from './view.ts';

const size = { width: 800, height: 500 };
const points = [
  { x: -0.5, y: -0.2 },
  { x: 0.7, y: 0.4 },
];

describe('the view of the graph (ME-3)', () => {
  it('shows all of it at first', () => {
    for (const point of points) {
      const { x, y } = placeOf(fitted(points, size), point);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(size.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(size.height);
    }
    expect(Object.values(fitted([], size)).every(Number.isFinite)).toBe(true);
    expect(Object.values(fitted([{ x: 0, y: 0 }], { width: 10, height: 10 })).every(Number.isFinite)).toBe(true);
  });

  it('zooms around a place, which stays where it is, within bounds', () => {
    const view = fitted(points, size);
    const [point = { x: 0, y: 0 }] = points;
    const at = placeOf(view, point);
    const near = placeOf(zoomedAt(view, 2, at), point);
    expect(near.x).toBeCloseTo(at.x, 6);
    expect(near.y).toBeCloseTo(at.y, 6);
    let far = view;
    for (let n = 0; n < 100; n++) far = zoomedAt(far, 0.5, at);
    expect(far.scale).toBe(20);
  });

  it('brings what is outside to the middle, and leaves what is seen where it is', () => {
    const view = fitted(points, size);
    const [point = { x: 0, y: 0 }] = points;
    expect(centredOn(view, point, size)).toBe(view);
    const away = movedBy(view, { x: -5000, y: 0 });
    const middle = placeOf(centredOn(away, point, size), point);
    expect(middle.x).toBeCloseTo(400, 6);
    expect(middle.y).toBeCloseTo(250, 6);
  });
});
