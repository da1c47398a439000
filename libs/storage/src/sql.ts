import { HoldfastError } from '@holdfast/protocol';
import type { Database, Row, SqlValue, Statement } from './database.ts';
import { CompiledQuery } from 'kysely';

/** As many names go into one statement. */
export const NAMES_AT_ONCE = 500;

/** A statement that both products take: `?` stands for a parameter, and is no part of a text. */
export function statement(
  { dialect }: Pick<Database, 'dialect'>,
  sql: string,
  params: readonly SqlValue[],
  options: Pick<Statement, 'expect' | 'otherwise'> = {},
): Statement {
  let n = 0;
  return { sql: dialect === 'sqlite' ? sql : sql.replaceAll('?', () => `$${++n}`), params, ...options };
}

/** Reads what is committed now. */
export async function select(database: Database, sql: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
  // A replica may be behind; the reader of SQLite never is.
  const db = database.dialect === 'sqlite' ? database.reader<unknown>() : database.writer<unknown>();
  const { sql: text } = statement(database, sql, params);
  return (await db.executeQuery<Row>(CompiledQuery.raw(text, [...params]))).rows;
}

/** Changes something outside of a batch; gives the rows that it returns. */
export async function change(database: Database, sql: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
  const [rows] = await transact(database, [statement(database, sql, params)]);
  return rows ?? [];
}

/** `?, ?, ?` */
export function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

/** Cuts a list into lists of at most `size`. */
export function inGroups<T>(items: readonly T[], size = NAMES_AT_ONCE): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size));
  return groups;
}

/** How often a batch is tried that another one keeps getting in the way of. */
const TRIES = 6;

/** Carries a batch out whose statements expect nothing: two that met on the same rows are told apart by trying again. */
export async function transact(
  database: Database,
  statements: readonly Statement[],
): Promise<readonly (readonly Row[])[]> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return (await database.transact(statements)).results.map(({ rows }) => rows);
    } catch (error) {
      if (left === 0 || !HoldfastError.has(error, 'CONFLICT') || error.details['constraint'] !== undefined) throw error;
    }
  }
}
