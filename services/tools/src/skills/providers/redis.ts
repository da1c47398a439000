import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import type { JsonValue } from '@holdfast/skill/wire';
import type { RedisClient } from '@holdfast/storage';
import { z } from 'zod';

import type { Asker, SkillProvider } from './provider.ts';

/** Commands whose first argument is their only key. No other is let through: the key is what keeps skills apart. */
const COMMANDS = new Set(
  (
    'GET SET GETDEL GETEX APPEND STRLEN INCR INCRBY INCRBYFLOAT DECR DECRBY DEL EXISTS EXPIRE PEXPIRE TTL PTTL PERSIST TYPE ' +
    'HGET HSET HSETNX HDEL HGETALL HMGET HKEYS HVALS HLEN HEXISTS HINCRBY LPUSH RPUSH LPOP RPOP LRANGE LLEN LTRIM LREM LINDEX ' +
    'SADD SREM SMEMBERS SISMEMBER SCARD ZADD ZREM ZRANGE ZSCORE ZCARD ZRANK ZINCRBY ZCOUNT ZPOPMIN ZPOPMAX'
  ).split(' '),
);
/** Of these every argument is a key. */
const ONE_KEY_ONLY = new Set(['DEL', 'EXISTS']);

const CallSchema = z.object({
  command: z.string(),
  key: z.string().min(1).max(1024),
  args: z.array(z.union([z.string().max(1024 * 1024), z.number()])).max(1000),
});

/** Keys of a skill's own, for each tenant. */
export function redisProvider(redis: RedisClient): SkillProvider {
  return {
    async ask(method: string, args: JsonObject, { skill, tenant }: Asker): Promise<JsonValue> {
      const parsed = CallSchema.safeParse(args);
      if (method !== 'call' || !parsed.success) {
        throw new HoldfastError('INVALID_ARGUMENT', 'Redis takes a command, a key, and texts or numbers.');
      }
      const command = parsed.data.command.toUpperCase();
      if (!COMMANDS.has(command) || (ONE_KEY_ONLY.has(command) && parsed.data.args.length > 0)) {
        throw new HoldfastError('REFUSED', `Skills may not use ${command.slice(0, 30)}: only commands of one key.`);
      }
      const key = `holdfast:skill:${encodeURIComponent(tenant)}:${skill}:${parsed.data.key}`;
      const answer = await redis.call(command, key, ...parsed.data.args);
      // HGETALL and the like: Redis itself answers with lists, whatever the client makes of them.
      return JSON.parse(JSON.stringify(answer ?? null)) as JsonValue;
    },
  };
}
