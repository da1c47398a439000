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
