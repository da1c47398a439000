import { constants, DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread of a skill's database is started with. */
export interface SqliteStart {
  readonly file: string;
  readonly maxBytes: number;
}

/** One statement, for the thread. */
export interface SqliteQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** What became of it. */
export type SqliteAnswer =
  | {
      readonly id: number;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly SQLInputValue[])[];
      readonly changes: number;
      readonly lastId: string;
    }
  | { readonly id: number; readonly error: string };

const PAGE = 4096;
const MOST_ROWS = 10_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** What a skill may ask of its own database; all others reach beyond the file, or weaken it. */
const PRAGMAS = new Set([
  'table_info',
  'table_list',
  'table_xinfo',
  'index_list',
  'index_info',
  'foreign_keys',
  'foreign_key_list',
  'user_version',
]);

/** Opens the database; the skill sees one file and no other. */
function openOwn({ file, maxBytes }: SqliteStart): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5000, defensive: true });
  database.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
    pragma trusted_schema = off; pragma max_page_count = ${Math.floor(maxBytes / PAGE)};`);
  database.setAuthorizer((action, first) => {
    // Also what VACUUM INTO works by, which writes to any path.
    if (action === constants.SQLITE_ATTACH) return constants.SQLITE_DENY;
    if (action === constants.SQLITE_PRAGMA && !PRAGMAS.has(first ?? '')) return constants.SQLITE_DENY;
    return constants.SQLITE_OK;
  });
  return database;
}

function run(database: DatabaseSync, { id, sql, parameters }: SqliteQuery): SqliteAnswer {
  const statement = database.prepare(sql);
  const columns = statement.columns().map(({ name }) => name);
  if (columns.length === 0) {
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { id, columns, rows: [], changes: Number(changes), lastId: lastInsertRowid.toString() };
  }
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  const rows: SQLInputValue[][] = [];
  let bytes = 0;
  for (const row of statement.iterate(...parameters) as Iterable<unknown> as Iterable<SQLInputValue[]>) {
    rows.push(row.map(plain));
    for (const cell of row) bytes += typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 8;
    if (rows.length > MOST_ROWS || bytes > MOST_BYTES) {
      throw new Error(`The answer has more than ${MOST_ROWS} rows or ${MOST_BYTES} bytes. Use limit and offset.`);
    }
  }
  const after = database.prepare('select changes() as changes, last_insert_rowid() as last').get();
  return { id, columns, rows, changes: Number(after?.['changes']), lastId: String(Number(after?.['last'])) };
}

function plain(cell: SQLInputValue): SQLInputValue {
  return typeof cell === 'bigint' && Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
}

const database = openOwn(workerData as SqliteStart);
parentPort?.on('message', (query: SqliteQuery) => {
  let answer: SqliteAnswer;
  try {
    answer = run(database, query);
  } catch (error) {
    answer = { id: query.id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
