import type { Ask } from '../ask.ts';
import type { JsonValue } from '../wire/values.ts';

/** Redis, as far as it is the skill's own: every key gets the skill's prefix, which the skill does not see. */
export interface SkillRedis {
  /** Any allowed command whose first argument is its only key. @throws SkillError REFUSED for another one. */
  call(command: string, key: string, ...args: readonly (string | number)[]): Promise<JsonValue>;
  get(key: string): Promise<string | null>;
  /** `ttlMs` in milliseconds; left out: for ever. */
  set(key: string, value: string, options?: { readonly ttlMs?: number }): Promise<void>;
  del(key: string): Promise<boolean>;
  incr(key: string, by?: number): Promise<number>;
}

/** A client over the service's connection. */
export function redisClient(ask: Ask): SkillRedis {
  const call: SkillRedis['call'] = (command, key, ...args) => ask('redis', 'call', { command, key, args });
  return {
    call,
    get: async (key) => (await call('GET', key)) as string | null,
    async set(key, value, { ttlMs } = {}) {
      await (ttlMs === undefined ? call('SET', key, value) : call('SET', key, value, 'PX', ttlMs));
    },
    del: async (key) => (await call('DEL', key)) === 1,
    incr: async (key, by = 1) => (await call('INCRBY', key, by)) as number,
  };
}
