import { type RedisServers, startRedis } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';

import { lockDeps } from './conformance.ts';
import { createLocks, type Locks } from './locks.ts';
import { openRedlock } from './redlock.ts';

const MISSING = 'redis-server is not installed; run scripts/services.sh';
const HOLD = { ttlMs: 60_000, waitMs: 0 };

describe('TL-3 locks when Redis masters die', () => {
  const open: Locks[] = [];
  let redis: RedisServers | undefined;
  afterEach(async () => {
    await Promise.all(open.splice(0).map((locks) => locks.close()));
    await redis?.stop();
    redis = undefined;
  });
  const locksOf = async (servers: RedisServers): Promise<Locks> => {
    const locks = createLocks(await openRedlock(servers.urls, lockDeps.monotonic), lockDeps);
    open.push(locks);
    return locks;
  };

  it('keeps a held lock held when one of three is killed, and works on', async (context) => {
    redis = await startRedis(3);
    if (!redis) return context.skip(MISSING);
    const [a, b] = [await locksOf(redis), await locksOf(redis)];
    const lock = await a.acquire('reports/q3.md', HOLD);
    await redis.kill(0);
    await expect(b.acquire('reports/q3.md', HOLD)).rejects.toMatchObject({ code: 'CONFLICT' });
    await lock.extend();
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
    const next = await b.acquire('reports/q3.md', HOLD);
    expect(next.token).toBeGreaterThan(lock.token);
    await next.release();
    // Who starts now finds one of them dead, and works as well.
    const late = await locksOf(redis);
    const third = await late.acquire('reports/q3.md', HOLD);
    expect(third.token).toBeGreaterThan(next.token);
    await third.release();
  });

  it('does the same when one stands still instead', async (context) => {
    redis = await startRedis(3);
    if (!redis) return context.skip(MISSING);
    const locks = await locksOf(redis);
    await (await locks.acquire('a', HOLD)).release();
    redis.pause(2);
    const lock = await locks.acquire('a', HOLD);
    await lock.extend();
    await lock.release();
    redis.resume(2);
    const next = await locks.acquire('a', { ttlMs: 60_000, waitMs: 10_000 });
    expect(next.token).toBeGreaterThan(lock.token);
    await next.release();
  });

  it('says UNAVAILABLE, and which, when two of three are killed, and recovers', async (context) => {
    redis = await startRedis(3);
    if (!redis) return context.skip(MISSING);
    const locks = await locksOf(redis);
    const lock = await locks.acquire('held', HOLD);
    await redis.kill(0);
    await redis.kill(1);
    const refused = await locks.acquire('other', HOLD).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('Only 1 of 3') });
    expect(refused).toMatchObject({ message: expect.stringContaining(new URL(redis.urls[0] ?? '').host) });
    await expect(lock.extend()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(lock.release()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('does not count a master that came back without its data, so that a held lock is not given twice', async (context) => {
    redis = await startRedis(3);
    if (!redis) return context.skip(MISSING);
    const [a, b] = [await locksOf(redis), await locksOf(redis)];
    // Held by masters 0 and 1 only: 2 did not hear of it.
    await (await a.acquire('warm', HOLD)).release();
    await redis.kill(2);
    const lock = await a.acquire('held', HOLD);
    await redis.restart(2);
    await redis.kill(1);
    await redis.restart(1);
    // Now 1 and 2 have forgotten everything. They would be a majority.
    const refused = await b.acquire('held', { ttlMs: 1000, waitMs: 3000 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('without its data') });
    expect(lock.token).toBeGreaterThan(0);
  });

  it('gives a higher token though the clock of a master is far behind', async (context) => {
    redis = await startRedis(3);
    if (!redis) return context.skip(MISSING);
    const locks = await locksOf(redis);
    const first = await locks.acquire('far', HOLD);
    await first.release();
    // As if an earlier holder had met a master whose clock is an hour ahead.
    const ahead = new Redis(redis.urls[1] ?? '');
    const [register = ''] = await ahead.keys('holdfast:token:*');
    const future = first.token + 3_600_000;
    await ahead.set(register, `${future}:somebody`);
    const second = await locks.acquire('far', HOLD);
    await second.release();
    await ahead.set(register, '1:somebody');
    const third = await locks.acquire('far', HOLD);
    expect(third.token).toBeGreaterThan(second.token);
    ahead.disconnect();
  });
});
