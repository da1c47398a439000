import { change, type Database, inGroups, marks, select, type SqlValue, statement } from '@holdfast/storage';

import type { ChunkStore } from './chunk-store.ts';
import { verified } from './verify.ts';

const LISTED_AT_ONCE = 1000;

/** Chunks as rows of the database (table `store_blob`): all machines that share it have them. */
export function createSqlChunks(database: Database, now: () => number): ChunkStore {
  return {
    async put(chunks) {
      const at = now();
      await database.transact(
        chunks.map(({ key, bytes }) =>
          statement(database, 'insert into store_blob (chunk_key, at, bytes) values (?, ?, ?)', [key, at, bytes]),
        ),
      );
    },
    async get(keys) {
      const found = new Map<SqlValue | undefined, SqlValue | undefined>();
      for (const group of inGroups([...new Set(keys)])) {
        const sql = `select chunk_key, bytes from store_blob where chunk_key in (${marks(group.length)})`;
        for (const row of await select(database, sql, group)) found.set(row['chunk_key'], row['bytes']);
      }
      return keys.map((key) => {
        const bytes = found.get(key);
        return verified(key, bytes instanceof Uint8Array ? bytes : undefined);
      });
    },
    async remove(keys) {
      for (const group of inGroups(keys)) {
        await change(database, `delete from store_blob where chunk_key in (${marks(group.length)})`, group);
      }
    },
    async *list(before) {
      for (let after = ''; ; ) {
        const rows = await select(
          database,
          `select chunk_key from store_blob where chunk_key > ? and at < ? order by chunk_key limit ${LISTED_AT_ONCE}`,
          [after, before],
        );
        const keys = rows.map((row) => String(row['chunk_key']));
        if (keys.length === 0) return;
        yield keys;
        after = keys.at(-1) ?? '';
      }
    },
  };
}
