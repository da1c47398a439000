import { startRedis } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';

import { StorageConfigSchema } from '../config/own-sections.ts';
import { checkOwnLocks } from './locks.ts';

describe('TL-3 the doctor on locks', () => {
  it('really locks once on the Redis masters, and says which do not answer', async (context) => {
    const redis = await startRedis(3);
    if (!redis) return context.skip('redis-server is not installed; run scripts/services.sh');
    const storage = StorageConfigSchema.parse({ locks: redis.urls });
    expect(await checkOwnLocks(storage)).toMatchObject([{ id: 'locks', status: 'ok' }]);
    await redis.kill(0);
    expect(await checkOwnLocks(storage)).toMatchObject([{ status: 'ok' }]);
    await redis.kill(1);
    const [failed] = await checkOwnLocks(storage);
    expect(failed).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining(new URL(redis.urls[0] ?? '').host),
    });
    await redis.stop();
  });

  it('leaves locks in the database to the check of the database', async () => {
    expect(await checkOwnLocks(StorageConfigSchema.parse({}))).toEqual([]);
    expect(() => StorageConfigSchema.parse({ locks: ['http://127.0.0.1'] })).toThrow();
    expect(() => StorageConfigSchema.parse({ locks: [] })).toThrow();
  });
});
