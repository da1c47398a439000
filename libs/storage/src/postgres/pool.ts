import { Pool, type PoolConfig } from 'pg';

import { valueTypes } from './values.ts';

/** How long a server may take to accept a connection. */
const CONNECT_MS = 5_000;
/** How long one statement may take, so that a server that hangs is noticed. Migrations have no such limit. */
const STATEMENT_MS = 30_000;

/** A pool of connections and the name it goes by in messages, without user and password. */
export interface NamedPool {
  readonly pool: Pool;
  readonly where: string;
}

/** Makes a pool; nothing is connected yet. */
export function createPool(url: string, options: PoolConfig = {}): NamedPool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'holdfast',
    max: 10,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
    types: valueTypes,
    // The statements of a batch are sent together: one round trip instead of one each.
    pipeline: true,
    ...options,
  });
  // A connection that breaks tells so by events as well, and one without a listener ends the process. An idle one the
  // pool has dropped already; of one in use, the query fails that was under way, and its user hears of it there.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, where: describe(url) };
}

function describe(url: string): string {
  if (!URL.canParse(url)) return 'the configured address';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
