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
