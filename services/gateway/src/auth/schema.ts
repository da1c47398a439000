import type { Dialect, Schema } from '@holdfast/storage';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import { auditTable } from '../audit/schema.ts';
import { shareTable } from '../shares/schema.ts';
import { uploadTable } from '../uploads/schema.ts';

/** The gateway's tables, for `database.migrate`. Forward only: a step that has shipped is never changed. */
export const GATEWAY_SCHEMA: Schema = {
  service: 'gateway',
  migrations: {
    '001-users': users,
    '002-keys-and-links': keysAndLinks,
    '003-audit': auditTable,
    '004-uploads': uploadTable,
    '005-shares': shareTable,
  },
};

/** What better-auth keeps, in the column types that it writes in each dialect. */
async function users(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const date = dialect === 'postgres' ? 'timestamptz' : 'text';
  const flag = dialect === 'postgres' ? 'boolean' : 'integer';
  const no = dialect === 'postgres' ? sql`false` : sql`0`;
  await db.schema
    .createTable('gateway_user')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('emailVerified', flag, (column) => column.notNull().defaultTo(no))
    .addColumn('image', 'text')
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('gateway_session')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('expiresAt', date, (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
    .addColumn('ipAddress', 'text')
    .addColumn('userAgent', 'text')
    .addColumn('userId', 'text', (column) => column.notNull().references('gateway_user.id').onDelete('cascade'))
    .execute();
  await db.schema.createIndex('gateway_session_user').on('gateway_session').column('userId').execute();
  await db.schema
    .createTable('gateway_account')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('accountId', 'text', (column) => column.notNull())
    .addColumn('providerId', 'text', (column) => column.notNull())
    .addColumn('userId', 'text', (column) => column.notNull().references('gateway_user.id').onDelete('cascade'))
    .addColumn('accessToken', 'text')
    .addColumn('refreshToken', 'text')
    .addColumn('idToken', 'text')
    .addColumn('accessTokenExpiresAt', date)
    .addColumn('refreshTokenExpiresAt', date)
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('gateway_account_user').on('gateway_account').column('userId').execute();
  await db.schema
    .createTable('gateway_verification')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expiresAt', date, (column) => column.notNull())
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('gateway_verification_identifier')
    .on('gateway_verification')
    .column('identifier')
    .execute();
  await db.schema
    .createTable('gateway_member')
    .addColumn('user_id', 'text', (column) => column.primaryKey().references('gateway_user.id').onDelete('cascade'))
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at', 'bigint')
    .execute();
  await db.schema.createIndex('gateway_member_tenant').on('gateway_member').column('tenant').execute();
}

async function keysAndLinks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('gateway_key')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.references('gateway_user.id').onDelete('cascade'))
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema.createIndex('gateway_key_tenant').on('gateway_key').column('tenant').execute();
  await db.schema
    .createTable('gateway_link')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('email', 'text')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('used_by', 'text')
    .execute();
  await db.schema
    .createTable('gateway_setting')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
