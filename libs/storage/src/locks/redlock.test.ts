import { startRedis } from '@holdfast/testing';

import { describeLocks, lockDeps } from './conformance.ts';
import { openRedlock } from './redlock.ts';

describeLocks('three Redis masters', async () => {
  const redis = await startRedis(3);
  if (redis === undefined) return 'redis-server is not installed; run scripts/services.sh';
  const [first, second] = await Promise.all([1, 2].map(() => openRedlock(redis.urls, lockDeps.monotonic)));
  if (!first || !second) return 'no Redis';
  return { stores: [first, second], close: () => redis.stop() };
});
