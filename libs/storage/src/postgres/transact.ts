import { HoldfastError } from '@holdfast/protocol';
import type { PoolClient, QueryResult } from 'pg';

import type { Committed, Statement, StatementResult } from '../database.ts';
import { isConnectionLost, postgresFailure } from './failure.ts';
import type { NamedPool } from './pool.ts';

// The flushed position, not the written or inserted one: our commit is flushed, and a standby is sent no more than
// that, so that it never waits for the unfinished work of others.
const COMMIT = 'commit; select pg_current_wal_flush_lsn()::text as lsn';

/** Carries out a batch in one transaction: one round trip for the statements, one for the commit. */
export async function transact({ pool, where }: NamedPool, statements: readonly Statement[]): Promise<Committed> {
  let client: PoolClient | undefined;
  let committing = false;
  let broken = false;
  try {
    client = await pool.connect();
    const results = await runAll(client, statements);
    committing = true;
    // Several statements in one text give several results, which the types of pg do not say.
    const [, position] = (await client.query<{ lsn: string }>(COMMIT)) as unknown as QueryResult<{ lsn: string }>[];
    return { results, token: position?.rows[0]?.lsn ?? '' };
  } catch (error) {
    broken = isConnectionLost(error) || !(await undone(client));
    throw postgresFailure(error, where, committing);
  } finally {
    client?.release(broken);
  }
}

async function runAll(client: PoolClient, statements: readonly Statement[]): Promise<StatementResult[]> {
  const begun = client.query('begin');
  const sent = statements.map(({ sql, params }) => client.query(sql, [...params]));
  const settled = await Promise.allSettled([begun, ...sent]);
  // The first that failed is the reason; those behind it only report that the transaction is aborted.
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  const results = await Promise.all(sent);
  return results.map((result, at) => {
    const changes = result.rowCount ?? 0;
    const { expect, otherwise = 'CONFLICT' } = statements[at] ?? {};
    if (expect !== undefined && changes !== expect) {
      throw new HoldfastError(otherwise, `Expected ${expect} row(s), found ${changes}. Nothing of the batch was kept.`);
    }
    return { changes, rows: result.rows };
  });
}

/** Rolls back; false when even that failed, and the connection must not be used again. */
async function undone(client: PoolClient | undefined): Promise<boolean> {
  if (client === undefined) return true;
  try {
    await client.query('rollback');
    return true;
  } catch {
    // The reason why the batch failed is told to the caller; closing the connection rolls back as well.
    return false;
  }
}
