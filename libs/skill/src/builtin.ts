import type { Kysely } from 'kysely';

import type { Ask } from './ask.ts';
import { databaseClient } from './clients/database.ts';
import { filesClient, type SkillFiles } from './clients/files.ts';
import { httpClient, type SkillHttp } from './clients/http.ts';
import { loggerClient, type SkillLogger } from './clients/logger.ts';
import { memoryClient, type SkillMemory } from './clients/memory.ts';
import { redisClient, type SkillRedis } from './clients/redis.ts';
import { token, type Token } from './token.ts';

const DATABASE = token<Kysely<unknown>>('database');

/** The skill's own SQL database (SQLite), typed by its tables. */
export function database<Tables>(): Token<Kysely<Tables>> {
  return DATABASE as unknown as Token<Kysely<Tables>>;
}

/** The skill's own keys in Redis. */
export const redis = token<SkillRedis>('redis');
/** The platform's memory. */
export const memory = token<SkillMemory>('memory');
/** The service's log. */
export const logger = token<SkillLogger>('logger');
/** HTTP requests to the domains that the rights name. */
export const http = token<SkillHttp>('http');
/** The files of the run. */
export const files = token<SkillFiles>('files');

/** What the platform gives, by token. Nothing is opened before it is used. */
export function builtins(ask: Ask): ReadonlyMap<Token<unknown>, () => unknown> {
  return new Map<Token<unknown>, () => unknown>([
    [DATABASE, () => databaseClient(ask)],
    [redis, () => redisClient(ask)],
    [memory, () => memoryClient(ask)],
    [logger, () => loggerClient(ask)],
    [http, () => httpClient((url, init) => fetch(url, init))],
    [files, () => filesClient(ask)],
  ] as unknown as [Token<unknown>, () => unknown][]);
}
