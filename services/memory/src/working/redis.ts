import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import type { RedisClient } from '@holdfast/storage';

import type { Scope } from '../record.ts';
import { BOUNDS, checkItems, otherCount, tooMany } from './bounds.ts';
import type { Working, WorkingItem, WorkingSession } from './working.ts';

/** What the conversations in Redis are made of. */
export interface RedisWorkingDeps {
  readonly redis: RedisClient;
  readonly ttlMs: number;
  readonly now: () => number;
}

/*
 * A conversation is a hash and a list under one tag, so that both lie on one node of a cluster and go away together. The
 * names of a tenant's conversations are a set beside it, which may name some that have ended: what is not there is taken out
 * of it whenever it is read. No clock but that of Redis decides.
 */
const APPEND = `
local count = tonumber(redis.call('HGET', KEYS[1], 'items') or '0')
if ARGV[1] ~= '' and tonumber(ARGV[1]) ~= count then return {-1, count} end
if count + #ARGV - 7 > tonumber(ARGV[2]) then return {-2, count} end
redis.call('HSETNX', KEYS[1], 'user', ARGV[3])
redis.call('HSETNX', KEYS[1], 'agent', ARGV[4])
redis.call('HSETNX', KEYS[1], 'name', ARGV[5])
for at = 8, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[at]) end
redis.call('HSET', KEYS[1], 'items', count + #ARGV - 7, 'used', ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[7])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return {0, count + #ARGV - 7}`;

const READ = `
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
redis.call('HSET', KEYS[1], 'used', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return {redis.call('HGETALL', KEYS[1]), redis.call('LRANGE', KEYS[2], ARGV[1], -1)}`;

/** In one step: a set of names without an end would stay for ever. */
const NOTE = `
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])`;
/** Names outlive their conversations: one that is not named would be missed by an erasure. */
const NAMES_LONGER_MS = 3_600_000;

const SUMMARISE = `
local items = redis.call('HGET', KEYS[1], 'items')
local done = tonumber(redis.call('HGET', KEYS[1], 'summarised') or '0')
if not items or tonumber(ARGV[2]) <= done or tonumber(ARGV[2]) > tonumber(items) then return 0 end
redis.call('HSET', KEYS[1], 'summary', ARGV[1], 'summarised', ARGV[2])
return 1`;

/** Conversations in Redis, which lets them end by itself. */
export function createRedisWorking({ redis, ttlMs, now }: RedisWorkingDeps): Working {
  const keysOf = (tenant: string, session: string): [head: string, items: string] => {
    const tag = `{${encodeURIComponent(tenant)}:${encodeURIComponent(session)}}`;
    return [`holdfast:working:${tag}`, `holdfast:working:${tag}:items`];
  };
  const indexOf = (tenant: string): string => `holdfast:working-names:{${encodeURIComponent(tenant)}}`;
  const run = async (script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> =>
    await reached(() => redis.call('EVAL', script, keys.length, ...keys, ...args));
  const noted = async (tenant: string, session: string): Promise<void> => {
    await run(NOTE, [indexOf(tenant)], [session, ttlMs + NAMES_LONGER_MS]);
  };

  const headOf = async (tenant: string, session: string): Promise<WorkingSession | undefined> => {
    const [head] = keysOf(tenant, session);
    const fields = fieldsOf(await reached(() => redis.call('HGETALL', head)));
    return fields.size === 0 ? undefined : sessionOf(tenant, fields, ttlMs);
  };

  const clear = async (tenant: string, session: string): Promise<boolean> => {
    const [head, items] = keysOf(tenant, session);
    const removed = Number(await reached(() => redis.call('DEL', head, items)));
    await reached(() => redis.call('SREM', indexOf(tenant), session));
    return removed > 0;
  };

  const list = async (tenant: string): Promise<readonly WorkingSession[]> => {
    const names = textsOf(await reached(() => redis.call('SMEMBERS', indexOf(tenant))));
    const sessions = await Promise.all(names.map((name) => headOf(tenant, name)));
    const ended = names.filter((_, at) => sessions[at] === undefined);
    if (ended.length > 0) await reached(() => redis.call('SREM', indexOf(tenant), ...ended));
    return sessions
      .filter((session) => session !== undefined)
      .toSorted((a, b) => b.usedAt - a.usedAt || (a.session < b.session ? -1 : 1));
  };

  return {
    name: 'redis',
    async append(scope, session, items, expect) {
      checkItems(session, items);
      const rows = items.map((item) => JSON.stringify(item));
      // Before it: a conversation that is there and not named would be missed by an erasure.
      await noted(scope.tenant, session);
      const answer = await run(APPEND, keysOf(scope.tenant, session), [
        expect ?? '',
        BOUNDS.items,
        scope.user,
        scope.agent,
        session,
        now(),
        ttlMs,
        ...rows,
      ]);
      const [verdict = 0, count = 0] = Array.isArray(answer) ? answer.map(Number) : [];
      if (verdict === -1) throw otherCount(session, expect ?? 0, count);
      if (verdict === -2) throw tooMany(session);
      // And after it: who listed in between has found nothing of that name, and taken it out.
      await noted(scope.tenant, session);
      const found = await headOf(scope.tenant, session);
      return found ?? { ...emptyOf(scope, session), count, usedAt: now(), expiresAt: now() + ttlMs };
    },

    async read(tenant, session, from = 0) {
      await noted(tenant, session);
      const answer = await run(READ, keysOf(tenant, session), [Math.min(from, BOUNDS.items), now(), ttlMs]);
      if (!Array.isArray(answer) || answer.length === 0) return undefined;
      const items = textsOf(answer[1]).map((text) => JSON.parse(text) as WorkingItem);
      return { session: sessionOf(tenant, fieldsOf(answer[0]), ttlMs), items };
    },

    async summarise(tenant, session, summary, summarised) {
      const [head] = keysOf(tenant, session);
      return Number(await run(SUMMARISE, [head], [summary, summarised])) === 1;
    },

    list,
    clear,

    async eraseUser(tenant, user) {
      let removed = 0;
      for (const { session, scope } of await list(tenant)) {
        if (scope.user === user && (await clear(tenant, session))) removed++;
      }
      return removed;
    },

    async sweep() {
      // Redis does so itself.
    },

    close: () => redis.close(),
  };
}

async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!HoldfastError.has(error, 'UNAVAILABLE')) throw error;
    throw new HoldfastError('STORAGE_UNAVAILABLE', `Conversations cannot be reached: ${error.message}`, {
      cause: error,
    });
  }
}

function emptyOf(scope: Scope, session: string): Omit<WorkingSession, 'count' | 'usedAt' | 'expiresAt'> {
  return { session, scope, summary: '', summarised: 0 };
}

function sessionOf(tenant: string, fields: ReadonlyMap<string, string>, ttlMs: number): WorkingSession {
  const usedAt = Number(fields.get('used') ?? 0);
  return {
    session: fields.get('name') ?? '',
    scope: { tenant, user: fields.get('user') ?? '', agent: fields.get('agent') ?? '' },
    count: Number(fields.get('items') ?? 0),
    summary: fields.get('summary') ?? '',
    summarised: Number(fields.get('summarised') ?? 0),
    usedAt,
    expiresAt: usedAt + ttlMs,
  };
}

/** Fields and values as Redis lists them, or as the client has put them together. */
function fieldsOf(answer: unknown): Map<string, string> {
  if (Array.isArray(answer)) {
    const texts = textsOf(answer);
    return new Map(texts.flatMap((text, at) => (at % 2 === 0 ? [[text, texts[at + 1] ?? ''] as const] : [])));
  }
  if (typeof answer !== 'object' || answer === null) return new Map();
  return new Map(
    Object.entries(answer as JsonObject).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function textsOf(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) : [];
}
