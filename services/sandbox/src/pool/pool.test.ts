import { HoldfastError } from '@holdfast/protocol';
import { beforeEach, describe, expect, it } from 'vitest';

import { backoffMs } from './backoff.ts';
import { createPool, type Pool, type PoolDeps } from './pool.ts';

/** A box that ends when it is told to. */
class Thing {
  readonly end = Promise.withResolvers<void>();
  readonly ended = this.end.promise;
  isDestroyed = false;
  readonly kind: string;
  readonly number: number;
  constructor(kind: string, number: number) {
    this.kind = kind;
    this.number = number;
  }
}

/** Time that passes when it is told to. */
class Time {
  at = 0;
  timers: { call: () => void; at: number }[] = [];
  now = (): number => this.at;
  schedule = (call: () => void, afterMs: number): (() => void) => {
    const timer = { call, at: this.at + afterMs };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  /** Lets so much time pass, and all happen that happens in it. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      await settled();
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.at = Math.max(this.at, next.at);
      next.call();
    }
    this.at = end;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a warm pool (SB-4)', () => {
  let time: Time;
  let things: Thing[];
  let reports: HoldfastError[];
  let fails: (kind: string) => boolean;
  let mostAtOnce: number;
  const open = (overrides: Partial<PoolDeps<string, Thing>> = {}): Pool<string, Thing> => {
    let atOnce = 0;
    return createPool<string, Thing>({
      keyOf: (kind) => kind,
      async make(kind) {
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        await new Promise<void>((resolve) => void time.schedule(resolve, 100));
        atOnce -= 1;
        if (fails(kind)) throw new HoldfastError('SANDBOX_UNAVAILABLE', 'No cage today.');
        const thing = new Thing(kind, things.length);
        things.push(thing);
        return thing;
      },
      async destroy(thing) {
        thing.isDestroyed = true;
        thing.end.resolve();
      },
      min: 2,
      max: 10,
      total: 20,
      idleMs: 60_000,
      now: time.now,
      schedule: time.schedule,
      random: () => 0,
      report: (error) => void reports.push(error),
      ...overrides,
    });
  };
  const alive = (kind?: string): number =>
    things.filter((thing) => !thing.isDestroyed && (kind === undefined || thing.kind === kind)).length;
  /** Takes one, and lets the time pass that making it needs. */
  const take = async (pool: Pool<string, Thing>, kind = 'a'): Promise<Thing> => {
    const taken = pool.acquire(kind);
    await settled();
    await time.pass(100);
    return taken;
  };
  /** Closes it, and lets the time pass that what is being made needs. */
  const close = async (pool: Pool<string, Thing>): Promise<void> => {
    const closing = pool.close();
    await time.pass(200);
    await closing;
  };
  beforeEach(() => {
    time = new Time();
    things = [];
    reports = [];
    fails = () => false;
    mostAtOnce = 0;
  });

  it('keeps `min` ready of what is kept warm, gives one at once, and makes another', async () => {
    const pool = open();
    pool.keepWarm('a');
    await time.pass(1000);
    expect(pool.state()).toEqual([{ key: 'a', ready: 2, making: 0, wanted: 2 }]);
    const before = time.at;
    expect((await pool.acquire('a')).number).toBe(0);
    expect((await pool.acquire('a')).number).toBe(1);
    expect(time.at, 'at once').toBe(before);
    await time.pass(1000);
    expect(pool.state()[0]?.ready).toBe(2);
    await close(pool);
  });

  it('makes one when none is ready, and then keeps one ready', async () => {
    const pool = open();
    expect((await take(pool)).number).toBe(0);
    await time.pass(1000);
    expect(pool.state()[0]).toMatchObject({ ready: 1 });
    await close(pool);
  });

  it('grows with demand up to max, and falls back to min when nobody asks', async () => {
    const pool = open({ max: 4 });
    pool.keepWarm('a');
    await time.pass(1000);
    const taken: Promise<Thing>[] = [];
    for (let i = 0; i < 400; i += 1) {
      taken.push(pool.acquire('a'));
      await time.pass(50);
    }
    expect(pool.state()[0]?.wanted).toBe(4);
    await time.pass(1000);
    expect(pool.state()[0]?.ready).toBe(4);
    await time.pass(60_000);
    expect(pool.state()).toEqual([{ key: 'a', ready: 2, making: 0, wanted: 2 }]);
    const numbers = (await Promise.all(taken)).map(({ number }) => number);
    expect(new Set(numbers).size, 'each was given once').toBe(400);
    await close(pool);
    expect(alive(), 'the caller has those that were taken').toBe(400);
  });

  it('forgets what nobody asks for, and leaves no timer', async () => {
    const pool = open();
    await take(pool);
    await time.pass(120_000);
    expect(pool.state()).toEqual([]);
    expect(time.timers).toEqual([]);
    await close(pool);
  });

  it('never gives one that has died, and makes another after a pause', async () => {
    const pool = open();
    pool.keepWarm('a');
    await time.pass(1000);
    things[0]?.end.resolve();
    const taken = await pool.acquire('a');
    expect(taken.number).toBe(1);
    expect(things[0]?.isDestroyed, 'what it left is removed').toBe(true);
    expect(reports).toHaveLength(1);
    await time.pass(5000);
    expect(pool.state()[0]?.ready).toBe(2);
    await close(pool);
  });

  it('waits longer after each failure to make one ahead, tells of each, and never spins', async () => {
    fails = () => true;
    const pool = open({ min: 1 });
    pool.keepWarm('a');
    await time.pass(600_000);
    // 1, 2, 4, 8, 16, 32 seconds, then one each minute.
    expect(reports.length).toBeGreaterThan(10);
    expect(reports.length).toBeLessThan(20);
    expect(reports[0]).toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    fails = () => false;
    await time.pass(61_000);
    expect(pool.state()[0]?.ready).toBe(1);
    await close(pool);
  });

  it('does not spin when each dies as soon as it is ready', async () => {
    const pool = open({ min: 1 });
    pool.keepWarm('a');
    for (let second = 0; second < 300; second += 1) {
      await time.pass(1000);
      for (const thing of things) thing.end.resolve();
    }
    expect(things.length).toBeLessThan(20);
    expect(alive()).toBe(0);
    await close(pool);
  });

  it('tells the caller when none can be made, and tries again for the next one', async () => {
    fails = () => true;
    const pool = open();
    const refused = expect(pool.acquire('a')).rejects.toThrow('No cage today.');
    await time.pass(100);
    await refused;
    fails = () => false;
    expect((await take(pool)).kind).toBe('a');
    await close(pool);
  });

  it('keeps no more than `total` of all kinds: what was not asked for longest makes room', async () => {
    const pool = open({ total: 4, min: 0 });
    for (const kind of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await take(pool, kind);
      await time.pass(1000);
      expect(pool.state().reduce((sum, { ready, making }) => sum + ready + making, 0)).toBeLessThanOrEqual(4);
    }
    const ready = pool.state().filter((state) => state.ready > 0);
    expect(ready.map(({ key }) => key)).toEqual(['c', 'd', 'e', 'f']);
    await close(pool);
  });

  it('makes few ahead at a time', async () => {
    const pool = open({ min: 10 });
    pool.keepWarm('a');
    await time.pass(2000);
    expect(pool.state()[0]?.ready).toBe(10);
    expect(mostAtOnce).toBe(2);
    await close(pool);
  });

  it('destroys all on close, also what is just being made, and gives none any more', async () => {
    const pool = open();
    pool.keepWarm('a');
    await time.pass(1000);
    await pool.acquire('a');
    const taken = things[0];
    await time.pass(0);
    pool.keepWarm('b');
    await time.pass(0);
    const late = expect(pool.acquire('c')).rejects.toSatisfy((error) => HoldfastError.has(error, 'UNAVAILABLE'));
    await settled();
    await close(pool);
    await late;
    expect(things.filter((thing) => !thing.isDestroyed)).toEqual([taken]);
    expect(things.map(({ kind }) => kind).sort()).toEqual(['a', 'a', 'a', 'b', 'b', 'c']);
    await expect(pool.acquire('a')).rejects.toSatisfy((error) => HoldfastError.has(error, 'UNAVAILABLE'));
    expect(time.timers).toEqual([]);
  });

  it('tells of one that could not be destroyed, and goes on', async () => {
    const pool = open({
      destroy: async () => {
        throw new HoldfastError('UNAVAILABLE', 'It would not go.');
      },
    });
    pool.keepWarm('a');
    await time.pass(1000);
    await close(pool);
    expect(reports.map(({ message }) => message)).toEqual(['It would not go.', 'It would not go.']);
  });
});

it('a pause after failures doubles up to a minute, and chance only makes it shorter (SB-4)', () => {
  expect([1, 2, 3, 7, 1000].map((failures) => backoffMs(failures, 0))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  expect(backoffMs(1, 0.999)).toBeGreaterThan(500);
});
