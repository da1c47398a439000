import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Graph } from './graph.ts';
import { ADMIN, drafted, openSqliteGraphs } from './testing.ts';

const SPOKES = 10_000;

describe('ME-1 an entity with ten thousand relations', { timeout: 120_000 }, () => {
  let graph!: Graph;
  let close!: () => Promise<void>;

  beforeAll(async () => {
    const opened = await openSqliteGraphs();
    graph = opened.first;
    close = opened.close;
    const numbers = Array.from({ length: SPOKES }, (_, n) => n);
    for (let at = 0; at < SPOKES; at += 500) {
      const group = numbers.slice(at, at + 500);
      await Promise.all(group.map((n) => graph.relate(drafted('Hub', 'knows', `spoke ${n}`))));
    }
  }, 120_000);
  afterAll(async () => await close());

  it('ME-1 shows a bounded part of what is around it, and finds ways through it', async () => {
    const [hub, spoke, other] = await graph.named(ADMIN, ['hub', 'spoke 1', 'spoke 9999']);
    expect(hub?.degree).toBe(SPOKES);
    const around = await graph.neighbourhood(ADMIN, [spoke?.id ?? ''], { depth: 3, at: 0, limit: 100 });
    expect(around.entities).toHaveLength(100);
    expect(around.truncated).toBe(true);
    const path = await graph.path(ADMIN, spoke?.id ?? '', other?.id ?? '', 3);
    expect(path.entities.map(({ name }) => name)).toEqual(['spoke 1', 'Hub', 'spoke 9999']);
  });
});
