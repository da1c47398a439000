import type { Kysely } from 'kysely';

/** The table of the audit log. */
export interface AuditTables {
  gateway_audit: {
    id: string;
    tenant: string;
    /** Epoch milliseconds. */
    at: number;
    subject: string;
    /** The user behind the subject; null: none is known. */
    user_id: string | null;
    action: string;
    target: string;
    /** HTTP status of the answer; null: begun, and no answer was ever given. */
    status: number | null;
    ip: string;
    /** JSON. */
    detail: string;
  };
}

/** Makes the table of the audit log. */
export async function auditTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('gateway_audit')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('ip', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('gateway_audit_tenant').on('gateway_audit').columns(['tenant', 'at', 'id']).execute();
  await db.schema.createIndex('gateway_audit_at').on('gateway_audit').column('at').execute();
}
