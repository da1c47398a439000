import { HoldfastError } from '@holdfast/protocol';
import { Redis } from 'ioredis';

const ANSWER_MS = 5000;

/** One Redis, for commands as they are. */
export interface RedisClient {
  /** @throws HoldfastError UNAVAILABLE where it does not answer, INVALID_ARGUMENT with what it objects to. */
  call(command: string, ...args: readonly (string | number)[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Connects when it is first used, and again whenever the connection was lost. @param url redis://... or rediss://... */
export function openRedis(url: string): RedisClient {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    maxRetriesPerRequest: 1,
  });
  // Each command tells of it; without a listener it would end the process.
  redis.on('error', () => undefined);
  return {
    async call(command, ...args) {
      try {
        return await redis.call(command, ...args);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (error instanceof Error && error.name === 'ReplyError') {
          throw new HoldfastError('INVALID_ARGUMENT', `Redis refuses it: ${message}`, { cause: error });
        }
        throw new HoldfastError('UNAVAILABLE', 'Redis does not answer; it is connected to again.', { cause: error });
      }
    },
    async close() {
      redis.disconnect();
    },
  };
}
