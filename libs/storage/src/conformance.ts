import { HoldfastError } from '@holdfast/protocol';
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Database, Row, Schema, SqlValue, Statement } from './database.ts';

interface Tables {
  items: { id: number; name: string | null; body: Uint8Array | null };
  parts: { id: number; item: number };
}

const SCHEMA: Schema = {
  service: 'conformance',
  migrations: {
    '001-items': async (db, dialect) => {
      const binary = dialect === 'sqlite' ? sql`blob` : sql`bytea`;
      await sql`create table items (id bigint primary key, name text, body ${binary})`.execute(db);
    },
    '002-parts': async (db) => {
      await sql`create table parts (id bigint primary key, item bigint not null
        references items (id) deferrable initially deferred)`.execute(db);
    },
  },
};

const isHoldfastError = (error: unknown) => HoldfastError.is(error);

/** What a product is tested with. */
export interface ConformanceSubject {
  /** A database of its own, empty. */
  readonly db: Database;
  /** Opens the same data again, after `db` was closed. */
  readonly reopen: () => Promise<Database>;
}

/**
 * The suite that every SQL product passes. `open` is called once; it returns undefined, after saying why, where the
 * product cannot run on this machine, and then every test is skipped with that reason.
 */
export function describeDatabase(product: string, open: () => Promise<ConformanceSubject | string>): void {
  describe(`AR-1 the database contract on ${product}`, () => {
    let subject: ConformanceSubject | undefined;
    let missing = '';
    let db!: Database;
    let lastId = 0;

    beforeAll(async () => {
      const opened = await open();
      if (typeof opened === 'string') {
        missing = opened;
        return;
      }
      subject = opened;
      db = subject.db;
      await db.migrate(SCHEMA);
    });
    afterAll(async () => {
      await db?.close();
    });

    const test = (title: string, body: (subject: ConformanceSubject) => Promise<void>) =>
      it(title, async (context) => {
        if (subject === undefined) return context.skip(missing);
        await body(subject);
      });
    const freshId = () => ++lastId;
    const at = (text: string) => (db.dialect === 'sqlite' ? text.replaceAll(/\$\d/g, '?') : text);
    const insert = (id: number, name: SqlValue = null, body: SqlValue = null): Statement => ({
      sql: at('insert into items (id, name, body) values ($1, $2, $3)'),
      params: [id, name, body],
    });
    const rename = (id: number, name: string, expected?: number): Statement => ({
      sql: at('update items set name = $1 where id = $2'),
      params: [name, id],
      ...(expected === undefined ? {} : { expect: expected }),
    });
    const find = async (id: number): Promise<Row | undefined> => {
      const { results } = await db.transact([{ sql: at('select * from items where id = $1'), params: [id] }]);
      return results[0]?.rows[0];
    };

    test('commits a batch and tells what each statement did', async () => {
      const [a, b] = [freshId(), freshId()];
      const { results } = await db.transact([
        insert(a, 'a'),
        insert(b, 'b'),
        { sql: at('update items set name = $1 where id >= $2'), params: ['both', a] },
        { sql: at('select id, name from items where id >= $1 order by id'), params: [a] },
        { sql: at('delete from items where id = $1 returning id'), params: [a] },
      ]);
      expect(results.map((result) => result.changes)).toEqual([1, 1, 2, 2, 1]);
      expect(results[3]?.rows).toEqual([
        { id: a, name: 'both' },
        { id: b, name: 'both' },
      ]);
      expect(results[4]?.rows).toEqual([{ id: a }]);
      expect(await find(a)).toBeUndefined();
    });

    test('undoes the whole batch when a statement does not change the expected number of rows', async () => {
      const id = freshId();
      const failing = db.transact([insert(id, 'x'), { ...rename(id + 1_000_000, 'y', 1), otherwise: 'FENCED' }]);
      await expect(failing).rejects.toMatchObject({ code: 'FENCED' });
      expect(await find(id)).toBeUndefined();
      await expect(db.transact([rename(id, 'y', 1)])).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('keeps everything that is there when it leaves nothing of what is not', async () => {
      const [kept, gone] = [freshId(), freshId()];
      await db.transact([insert(kept, 'stays'), insert(gone, 'goes')]);
      await db.transact([{ sql: at('delete from items where id = $1'), params: [gone] }]);
      const writing = db.transact([rename(kept, 'stays too')]);
      await Promise.all([writing, db.scrub(['items'])]);
      expect([await find(kept), await find(gone)]).toMatchObject([{ name: 'stays too' }, undefined]);
    });

    test('names the broken constraint and keeps nothing of the batch', async () => {
      const id = freshId();
      await db.transact([insert(id, 'first')]);
      const twice = db.transact([rename(id, 'second'), insert(id, 'third')]);
      await expect(twice).rejects.toMatchObject({ code: 'CONFLICT', details: { constraint: 'unique' } });
      expect(await find(id)).toMatchObject({ name: 'first' });
      // Deferred to the commit, so that it is the commit that fails.
      const orphan = db.transact([{ sql: at('insert into parts (id, item) values ($1, $2)'), params: [1, -1] }]);
      await expect(orphan).rejects.toMatchObject({ code: 'CONFLICT', details: { constraint: 'foreign_key' } });
    });

    test('lets each of many simultaneous batches stand or fall alone', async () => {
      const ids = Array.from({ length: 200 }, freshId);
      const taken = freshId();
      await db.transact([insert(taken)]);
      const outcomes = await Promise.allSettled(
        ids.map((id, n) => {
          if (n % 10 === 3) return db.transact([insert(id), insert(taken)]);
          if (n % 10 === 5) return db.transact([insert(id), rename(-1, 'nobody', 1)]);
          if (n % 10 === 7)
            return db.transact([insert(id), { sql: at('select no_such_column from items'), params: [] }]);
          if (n === 99) {
            return db.transact([
              insert(id),
              { sql: at('insert into parts (id, item) values ($1, $2)'), params: [2, -1] },
            ]);
          }
          return db.transact([insert(id)]);
        }),
      );
      const stored = await Promise.all(ids.map(find));
      for (const [n, outcome] of outcomes.entries()) {
        const fails = n % 10 === 3 || n % 10 === 5 || n % 10 === 7 || n === 99;
        expect(outcome.status, `batch ${n}`).toBe(fails ? 'rejected' : 'fulfilled');
        expect(stored[n] !== undefined, `batch ${n}`).toBe(!fails);
      }
    });

    test('keeps simultaneous changes of one row apart', async () => {
      const id = freshId();
      await db.transact([insert(id, '')]);
      const append = () =>
        db.transact([{ sql: at("update items set name = name || 'x' where id = $1"), params: [id], expect: 1 }]);
      await Promise.all(Array.from({ length: 50 }, append));
      expect((await find(id))?.['name']).toBe('x'.repeat(50));
      // Of many who change the same version, one wins.
      const steps = Array.from({ length: 20 }, (_, n) =>
        db.transact([
          {
            sql: at('update items set name = $1 where id = $2 and name = $3'),
            params: [`step ${n}`, id, 'x'.repeat(50)],
            expect: 1,
          },
        ]),
      );
      const settled = await Promise.allSettled(steps);
      expect(settled.filter((step) => step.status === 'fulfilled')).toHaveLength(1);
    });

    test('gives values back as they were', async () => {
      const texts = [
        '',
        'plain',
        '磐石 Holdfast 🪨 é e\u0301 \u202eabc',
        'quote \' " ; -- \\ $1 ?',
        '\u0001\t\r\n',
        'x'.repeat(5_000_000),
      ];
      for (const text of texts) {
        const id = freshId();
        await db.transact([insert(id, text)]);
        const stored = (await find(id))?.['name'];
        expect(stored === text, `text of ${text.length} characters`).toBe(true);
      }
      // A slice of a larger buffer: only the slice may be stored.
      const shared = Buffer.from([9, 9, 0, 1, 255, 9]);
      for (const bytes of [new Uint8Array(0), shared.subarray(2, 5), new Uint8Array(1_000_000).fill(7)]) {
        const id = freshId();
        await db.transact([insert(id, null, bytes)]);
        const stored = (await find(id))?.['body'];
        expect(stored).toBeInstanceOf(Uint8Array);
        expect(Buffer.compare(stored as Uint8Array, bytes)).toBe(0);
      }
      const id = freshId();
      await db.transact([insert(id)]);
      expect(await find(id)).toEqual({ id, name: null, body: null });
    });

    test('gives integers as numbers, and refuses those that a number cannot hold', async () => {
      const millis = 1_795_478_400_123;
      await db.transact([insert(millis), insert(Number.MAX_SAFE_INTEGER)]);
      expect((await find(millis))?.['id']).toBe(millis);
      expect((await find(Number.MAX_SAFE_INTEGER))?.['id']).toBe(Number.MAX_SAFE_INTEGER);
      const { results } = await db.transact([
        { sql: 'select count(*) as n, sum(1) as s, max(id) as m from parts', params: [] },
      ]);
      expect(results[0]?.rows).toEqual([{ n: 0, s: null, m: null }]);
      const large = db.transact([{ sql: 'select 9007199254740993 as n', params: [] }]);
      await expect(large).rejects.toMatchObject({ code: 'INTERNAL' });
    });

    test('refuses text with NUL and keeps nothing', async () => {
      const [a, b] = [freshId(), freshId()];
      await expect(db.transact([insert(a), insert(b, 'a\0b')])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(await find(a)).toBeUndefined();
    });

    test('refuses statements that are wrong, and goes on', async () => {
      for (const wrong of ['selec 1', 'select * from nowhere']) {
        await expect(db.transact([insert(freshId()), { sql: wrong, params: [] }])).rejects.toSatisfy(isHoldfastError);
      }
      const id = freshId();
      await db.transact([insert(id)]);
      expect(await find(id)).toBeDefined();
    });

    test('shows a write to the reader that carries its token', async () => {
      for (let round = 0; round < 50; round++) {
        const id = freshId();
        const { token } = await db.transact([insert(id, 'seen')]);
        const row = await db
          .reader<Tables>(token)
          .selectFrom('items')
          .select('name')
          .where('id', '=', id)
          .executeTakeFirst();
        expect(row).toEqual({ name: 'seen' });
      }
    });

    test('answers reads while writes are under way', async () => {
      const writes = Array.from({ length: 100 }, () => db.transact([insert(freshId())]));
      const reads = Array.from({ length: 20 }, () =>
        db
          .reader<Tables>()
          .selectFrom('items')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow(),
      );
      for (const { n } of await Promise.all(reads)) expect(typeof n).toBe('number');
      await Promise.all(writes);
    });

    test('answers reads while a transaction is open, and shows nothing of it before it commits', async () => {
      const id = freshId();
      const count = async (after?: string) => {
        const rows = await db.reader<Tables>(after).selectFrom('items').select('id').where('id', '=', id).execute();
        return rows.length;
      };
      await db
        .writer<Tables>()
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('items').values({ id, name: null, body: null }).execute();
          expect(await count()).toBe(0);
        });
      const { token } = await db.transact([rename(id, 'there', 1)]);
      expect(await count(token)).toBe(1);
    });

    test('has a query builder with transactions that are all or nothing', async () => {
      const writer = db.writer<Tables>();
      const [a, b, c] = [freshId(), freshId(), freshId()];
      await writer.transaction().execute(async (trx) => {
        await trx.insertInto('items').values({ id: a, name: 'a', body: null }).execute();
        const seen = await trx.selectFrom('items').select('name').where('id', '=', a).executeTakeFirst();
        expect(seen).toEqual({ name: 'a' });
      });
      const undone = writer.transaction().execute(async (trx) => {
        await trx.insertInto('items').values({ id: b, name: 'b', body: null }).execute();
        throw new Error('changed my mind');
      });
      await expect(undone).rejects.toThrow('changed my mind');
      const twice = writer.insertInto('items').values({ id: a, name: 'again', body: null }).execute();
      await expect(twice).rejects.toMatchObject({ code: 'CONFLICT', details: { constraint: 'unique' } });
      const renamed = await writer.updateTable('items').set({ name: 'z' }).where('id', 'in', [a, b]).executeTakeFirst();
      expect(Number(renamed.numUpdatedRows)).toBe(1);
      // A failed statement, then the end of the transaction; the connection must be sound afterwards.
      const failed = writer.transaction().execute(async (trx) => {
        await trx.insertInto('items').values({ id: c, name: 'c', body: null }).execute();
        await trx.insertInto('items').values({ id: a, name: 'c', body: null }).execute();
      });
      await expect(failed).rejects.toMatchObject({ code: 'CONFLICT' });
      expect([await find(a), await find(b), await find(c)].map((row) => row?.['name'])).toEqual([
        'z',
        undefined,
        undefined,
      ]);
    });

    test('keeps batches and builder transactions apart that run at the same time', async () => {
      const ids = Array.from({ length: 30 }, freshId);
      const run = async (id: number, n: number) => {
        if (n % 3 === 0) return await db.transact([insert(id)]);
        return await db
          .writer<Tables>()
          .transaction()
          .execute(async (trx) => {
            await trx.insertInto('items').values({ id, name: null, body: null }).execute();
            await trx.executeQuery(CompiledQuery.raw('select 1'));
            if (n % 3 === 1) throw new Error('undo');
          });
      };
      await Promise.allSettled(ids.map(run));
      const kept = await Promise.all(ids.map(find));
      expect(kept.map((row) => row !== undefined)).toEqual(ids.map((_, n) => n % 3 !== 1));
    });

    test('migrates once, however often and by however many it is asked', async () => {
      let applied = 0;
      const counting: Schema = {
        service: 'counting',
        migrations: {
          '001': async (on: Kysely<unknown>) => {
            applied++;
            await sql`create table counted (n bigint)`.execute(on);
          },
        },
      };
      await Promise.all(Array.from({ length: 8 }, () => db.migrate(counting)));
      expect(applied).toBe(1);
      const more: Schema = {
        service: 'counting',
        migrations: {
          ...counting.migrations,
          '002': async (on: Kysely<unknown>) => {
            await sql`alter table counted add column m bigint`.execute(on);
          },
        },
      };
      await db.transact([{ sql: 'insert into counted (n) values (1)', params: [] }]);
      const all = async () => (await db.transact([{ sql: 'select * from counted', params: [] }])).results[0]?.rows;
      expect(await all()).toEqual([{ n: 1 }]);
      await db.migrate(more);
      expect(await all()).toEqual([{ n: 1, m: null }]);
      // What went before, seen by the version of before: too new, and untouched.
      await expect(db.migrate(counting)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
      expect(await all()).toEqual([{ n: 1, m: null }]);
    });

    test('undoes a migration that fails, and can run it again', async () => {
      const schema = (fails: boolean): Schema => ({
        service: 'failing',
        migrations: {
          '001': async (on) => {
            await sql`create table half (n bigint)`.execute(on);
            if (fails) await sql`insert into no_such_table values (1)`.execute(on);
          },
        },
      });
      await expect(db.migrate(schema(true))).rejects.toSatisfy(isHoldfastError);
      await expect(db.transact([{ sql: 'select * from half', params: [] }])).rejects.toSatisfy(isHoldfastError);
      await db.migrate(schema(false));
      expect((await db.transact([{ sql: 'select * from half', params: [] }])).results[0]?.rows).toEqual([]);
    });

    // Last: it closes the database.
    test('finishes what is under way when it is closed, and keeps it', async ({ reopen }) => {
      const ids = Array.from({ length: 50 }, freshId);
      const writes = ids.map((id) => db.transact([insert(id, 'last')]));
      await Promise.all([db.close(), db.close()]);
      const outcomes = await Promise.allSettled(writes);
      await expect(db.transact([insert(freshId())])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
      db = await reopen();
      await db.migrate(SCHEMA);
      const kept = await Promise.all(ids.map(find));
      expect(outcomes.map((outcome) => outcome.status)).toEqual(ids.map(() => 'fulfilled'));
      expect(kept.map((row) => row?.['name'])).toEqual(ids.map(() => 'last'));
    });
  });
}
