import { HoldfastError } from '@holdfast/protocol';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';

import type { Dialect, Schema } from './database.ts';

/**
 * Brings one service's tables up to date, in one transaction. The caller sees to it that only one process does so at a
 * time.
 *
 * Throws SCHEMA_TOO_NEW, before anything is touched, where the database knows a migration that `schema` does not.
 */
export async function applyMigrations(db: Kysely<unknown>, dialect: Dialect, schema: Schema): Promise<void> {
  const { service, migrations } = schema;
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(service)) {
    throw new HoldfastError('INTERNAL', `"${service}" cannot be the prefix of a table name.`);
  }
  const table = `${service}_migrations`;
  const applied = await appliedMigrations(db, dialect, table);
  const unknown = applied.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new HoldfastError(
      'SCHEMA_TOO_NEW',
      `The data of the ${service} service was written by a newer version of Holdfast (${unknown.join(', ')}). ` +
        'Nothing was touched. Start that newer version, or restore a backup made before it.',
      { details: { service, unknown } },
    );
  }
  if (applied.length === Object.keys(migrations).length) return;
  const migrator = new Migrator({
    db,
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(migrations).map(([name, up]) => [name, { up: (on: Kysely<unknown>) => up(on, dialect) }]),
        ),
    },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'the bookkeeping';
  const known = HoldfastError.is(error) ? error : undefined;
  const reason = error instanceof Error ? error.message : 'no reason given';
  throw new HoldfastError(
    known?.code ?? 'INTERNAL',
    `The tables of the ${service} service could not be brought up to date (at ${failed}): ` +
      `${reason}. The migration was undone; the data is as before.`,
    { cause: error, ...(known ? { details: known.details } : {}) },
  );
}

async function appliedMigrations(db: Kysely<unknown>, dialect: Dialect, table: string): Promise<string[]> {
  const found =
    dialect === 'sqlite'
      ? await sql`select 1 from sqlite_schema where type = 'table' and name = ${table}`.execute(db)
      : await sql`select 1 where to_regclass(${table}) is not null`.execute(db);
  if (found.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(db);
  return rows.map((row) => row.name);
}
