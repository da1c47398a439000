export type {
  Committed,
  Database,
  Dialect,
  ReadToken,
  Row,
  Schema,
  SqlValue,
  Statement,
  StatementResult,
} from './database.ts';
export { openPostgres, type PostgresOptions } from './postgres/open.ts';
export { DATABASE_FILE, openSqlite, type SqliteOptions } from './sqlite/open.ts';
export {
  type AcquireOptions,
  createLocks,
  type Grant,
  type Lock,
  lockLost,
  type Locks,
  type LocksDeps,
  type LockStore,
  MAX_LOCK_MS,
} from './locks/locks.ts';
export { openRedlock } from './locks/redlock.ts';
export { createSqlLocks, LOCKS_SCHEMA } from './locks/sql.ts';
export { openRedis, type RedisClient } from './redis.ts';
export { change, inGroups, marks, NAMES_AT_ONCE, select, statement, transact } from './sql.ts';
