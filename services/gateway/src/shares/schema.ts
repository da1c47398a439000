import type { Kysely } from 'kysely';

/** The table of shares: links by which strangers may read one run. */
export interface ShareTables {
  gateway_share: {
    id: string;
    tenant: string;
    run_id: string;
    created_by: string;
    /** Epoch milliseconds, as all times. */
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
    /** How often it was looked at. */
    views: number;
  };
}

/** Makes the table of shares. */
export async function shareTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('gateway_share')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('views', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('gateway_share_run').on('gateway_share').columns(['tenant', 'run_id']).execute();
}
