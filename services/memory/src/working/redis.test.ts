import { setTimeout as sleep } from 'node:timers/promises';

import { openRedis } from '@holdfast/storage';
import { startRedis } from '@holdfast/testing';
import { expect, it, onTestFinished } from 'vitest';

import { describeWorking, said } from './conformance.ts';
import { createRedisWorking } from './redis.ts';

const TTL_MS = 2000;
const POLL = { interval: 50, timeout: 10_000 };
const MISSING = 'redis-server is not installed (Debian: redis-server).';

describeWorking('Redis', async () => {
  const servers = await startRedis(1);
  if (!servers) return MISSING;
  const redis = openRedis(servers.urls[0] ?? '');
  const working = createRedisWorking({ redis, ttlMs: TTL_MS, now: Date.now });
  return {
    working,
    // Redis' own clock: it ends by itself, soon after.
    outlive: () => sleep(TTL_MS + 500),
    close: async () => {
      await working.close();
      await servers.stop();
    },
  };
});

it('ME-1 conversations are asked for again when Redis is back, and nothing is left of those that ended', async (context) => {
  const servers = await startRedis(1);
  if (!servers) return context.skip(MISSING);
  onTestFinished(() => servers.stop());
  const redis = openRedis(servers.urls[0] ?? '');
  const working = createRedisWorking({ redis, ttlMs: 500, now: Date.now });
  onTestFinished(() => working.close());
  const scope = { tenant: 't', user: 'u', agent: '' };
  await working.append(scope, 'talk', [said('x')]);
  await expect.poll(() => working.list('t'), POLL).toEqual([]);
  // Redis counts what has ended until it comes by and takes it away.
  await expect.poll(() => redis.call('DBSIZE'), POLL).toBe(0);
  await servers.kill(0);
  await expect(working.append(scope, 'talk', [said('x')])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await expect(working.read('t', 'talk')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await servers.restart(0);
  for (let tries = 0; tries < 50; tries++) {
    const added = await working.append(scope, 'talk', [said('back')]).catch(() => undefined);
    if (added) break;
    await sleep(100);
  }
  expect((await working.read('t', 'talk'))?.items.map(({ text }) => text)).toEqual(['back']);
});
