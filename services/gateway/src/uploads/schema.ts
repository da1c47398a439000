import type { Kysely } from 'kysely';

/** The table of uploaded files. The bytes lie in the data directory. */
export interface UploadTables {
  gateway_upload: {
    id: string;
    tenant: string;
    name: string;
    /** Bytes. */
    size: number;
    /** Hex. */
    sha256: string;
    created_by: string;
    /** Epoch milliseconds. */
    created_at: number;
    /** When a run last began with it, epoch milliseconds; null: never. */
    used_at: number | null;
  };
}

/** Makes the table of uploaded files. */
export async function uploadTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('gateway_upload')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('gateway_upload_unused')
    .on('gateway_upload')
    .columns(['used_at', 'created_at'])
    .execute();
}
