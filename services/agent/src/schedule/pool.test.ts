import { describe, expect, it } from 'vitest';

import { AgentPool } from './pool.ts';

function poolAt(clock: { now: number }, maxIdle = 2) {
  const disposed: number[] = [];
  let made = 0;
  const pool = new AgentPool(
    async () => {
      made += 1;
      const id = made;
      return { id, dispose: () => void disposed.push(id) };
    },
    { maxIdle, idleMs: 1000 },
    () => clock.now,
  );
  return { pool, disposed };
}

describe('AgentPool (AG-1)', () => {
  it('reuses warm instances of the same key only', async () => {
    const { pool } = poolAt({ now: 0 });
    const first = await pool.acquire('a');
    pool.release('a', first, false);
    expect(await pool.acquire('b')).not.toBe(first);
    expect(await pool.acquire('a')).toBe(first);
    expect(pool.stats).toEqual({ made: 2, reused: 1, idle: 0 });
  });

  it('never uses a broken instance again', async () => {
    const { pool, disposed } = poolAt({ now: 0 });
    const first = await pool.acquire('a');
    pool.release('a', first, true);
    expect(disposed).toEqual([1]);
    expect(await pool.acquire('a')).not.toBe(first);
  });

  it('keeps no more than its bound, and drops what was idle for long', async () => {
    const clock = { now: 0 };
    const { pool, disposed } = poolAt(clock);
    const all = [await pool.acquire('a'), await pool.acquire('a'), await pool.acquire('a')];
    for (const one of all) pool.release('a', one, false);
    expect(pool.stats.idle).toBe(2);
    expect(disposed).toEqual([1]);
    clock.now = 5000;
    pool.sweep();
    expect(pool.stats.idle).toBe(0);
    expect(disposed).toEqual([1, 2, 3]);
  });
});
