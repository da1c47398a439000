import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

import type { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';

type SaverDatabase = ConstructorParameters<typeof SqliteSaver>[0];
type Bound = SQLInputValue | undefined;

/**
 * Node's own SQLite under the checkpointer, in place of better-sqlite3, whose native part is downloaded or compiled at
 * installation and so is missing on a closed network. The SQL and the order of its statements are the checkpointer's.
 */
export function sqliteDatabase(db: DatabaseSync): SaverDatabase {
  return {
    prepare: (sql: string) => {
      const statement = db.prepare(sql);
      return {
        get: (...values: Bound[]) => statement.get(...values.map(nullable)),
        all: (...values: Bound[]) => statement.all(...values.map(nullable)),
        run: (...values: Bound[]) => statement.run(...values.map(nullable)),
      };
    },
    exec: (sql: string) => db.exec(sql),
    pragma: (text: string) => db.prepare(`pragma ${text}`).all(),
    transaction:
      <Args extends unknown[]>(body: (...args: Args) => void) =>
      (...args: Args) => {
        db.exec('begin');
        try {
          body(...args);
          db.exec('commit');
        } catch (error) {
          db.exec('rollback');
          throw error;
        }
      },
  };
}

/** better-sqlite3 binds undefined as NULL; node:sqlite refuses it. */
function nullable(value: Bound): SQLInputValue {
  return value === undefined ? null : value;
}
