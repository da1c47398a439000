import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { HoldfastError } from '@holdfast/protocol/error';

import type { SqlValue } from '../database.ts';
import { packBlobs } from './blobs.ts';
import type { WireResult } from './wire.ts';

/** How many prepared statements are kept; the one that was not used for longest goes first. */
const KEPT = 256;

interface Plan {
  readonly statement: StatementSync;
  readonly columns: string[];
}

/** The prepared statements of one connection, by their text. */
export interface Plans {
  /** Carries out one statement. */
  run(sql: string, params: readonly SqlValue[]): WireResult;
  /** Carries out one statement without parameters, for its effect. */
  exec(sql: string): void;
  /** Forgets all of them: column names of `select *` may have changed. */
  forget(): void;
}

/** Makes an empty store of prepared statements. */
export function createPlans(db: DatabaseSync): Plans {
  const plans = new Map<string, Plan>();

  const prepare = (sql: string): Plan => {
    const known = plans.get(sql);
    if (known) {
      // Only a store that is about to drop something needs the order of use.
      if (plans.size === KEPT) {
        plans.delete(sql);
        plans.set(sql, known);
      }
      return known;
    }
    const statement = db.prepare(sql, { returnArrays: true });
    const plan = { statement, columns: statement.columns().map((column) => column.name) };
    const oldest = plans.size === KEPT ? plans.keys().next().value : undefined;
    if (oldest !== undefined) plans.delete(oldest);
    plans.set(sql, plan);
    return plan;
  };

  return {
    run(sql, params) {
      const { statement, columns } = prepare(sql);
      for (const value of params) if (typeof value === 'string') refuseNul(value);
      if (columns.length === 0) return [Number(statement.run(...params).changes), columns, []];
      const rows = statement.all(...params) as unknown as SqlValue[][];
      const blobs = packBlobs(rows);
      return blobs === undefined ? [rows.length, columns, rows] : [rows.length, columns, rows, blobs];
    },
    exec(sql) {
      prepare(sql).statement.run();
    },
    forget() {
      plans.clear();
    },
  };
}

/** PostgreSQL cannot hold NUL in text. What one database refuses the other must not take, or data could not move. */
function refuseNul(value: string): void {
  if (!value.includes('\0')) return;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'Text with a NUL character cannot be stored. Nothing of it was kept. Store it as bytes or as JSON.',
  );
}
