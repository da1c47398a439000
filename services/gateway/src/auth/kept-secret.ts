import type { Database } from '@holdfast/storage';

import { newSecret } from './secrets.ts';
import type { GatewayTables } from './tables.ts';

/** A secret of the server: drawn once, kept in the database, the same for every replica. */
export async function keptSecret(
  { database, random }: { readonly database: Database; readonly random: (bytes: number) => Uint8Array },
  name: 'cookie_secret' | 'share_secret',
): Promise<string> {
  const db = database.writer<GatewayTables>();
  await db
    .insertInto('gateway_setting')
    .values({ name, value: newSecret(random) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db.selectFrom('gateway_setting').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
