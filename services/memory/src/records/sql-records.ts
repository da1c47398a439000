import { change, type Database, select, statement } from '@holdfast/storage';
import { forgetLines } from '@holdfast/text';

import type { LexicalIndex } from '../lexical/lexical.ts';
import type { Draft } from '../record.ts';
import { add, type AddDeps } from './add.ts';
import { erase, reindex, replace, setState, update } from './change.ts';
import { INITIAL_STRENGTH_DAYS } from './draft.ts';
import type { RecordsFault } from './fault.ts';
import { beside } from './group.ts';
import { createKeys } from './keys.ts';
import { bySeq, count, getAnyState, keys, list, originals } from './read.ts';
import type { MemoryChange, Records } from './records.ts';
import {
  countToEmbed,
  countVectors,
  embeddersBeside,
  keepEmbedder,
  toEmbed,
  vectors,
  vectorsKept,
  vectorsOf,
} from './vectors.ts';
import { visited, visitsOf } from './visits.ts';
import { createWriter } from './write.ts';

/** So many vectors are dropped in one transaction, so that nobody waits long for it. */
const DROPPED_AT_ONCE = 1_000;

/** What the records are made of. */
export interface RecordsDeps {
  /** With MEMORY_SCHEMA and the schema of the lexical index. */
  readonly database: Database;
  readonly lexical: LexicalIndex;
  readonly now: () => number;
  readonly newId: () => string;
  /** From 0 to 1: how long a change waits before it is tried again. */
  readonly random: () => number;
  /** S of a new memory, days. */
  readonly strengthOf?: (draft: Draft) => number;
  /** How many neighbours on either side are embedded with a memory (ToEmbed). Left out: none. */
  readonly context?: number;
  readonly fault?: RecordsFault;
}

/** The records on either SQL product. */
export function createSqlRecords(deps: RecordsDeps): Records {
  const { database, lexical, now, newId, random, context = 0, fault = () => undefined } = deps;
  const writer = createWriter({ database, lexical, context, random, fault });
  const strengthOf = deps.strengthOf ?? (() => INITIAL_STRENGTH_DAYS);
  const adding: AddDeps = { database, writer, keys: createKeys(database), now, newId, strengthOf };
  // Whom a process keeps vectors for: asked of the database once.
  const embedders = new Set<string>();
  const keep = async (embedder: string) => {
    if (!embedders.has(embedder)) await keepEmbedder(database, embedder, (statements) => writer.commit(statements));
    embedders.add(embedder);
  };

  return {
    add: (drafts) => add(adding, drafts),
    get: (viewer, ids) => getAnyState(database, viewer, ids),
    bySeq: (filter, seqs) => bySeq(database, filter, seqs),
    list: (filter, page) => list(database, filter, page, now()),
    count: (filter) => count(database, filter),
    async neighbours(record, span) {
      const { before, after } = await beside(database, record, span);
      return [...before.toReversed(), ...after];
    },
    originals: (viewer, id) => originals(database, viewer, id),
    update: (viewer, id, revision, changed) => update(adding, viewer, id, revision, changed),
    setState: (viewer, ids, state, into) => setState(adding, viewer, ids, state, into),
    replace: (old, draft) => replace(adding, old, draft),
    async visit(visits) {
      if (visits.length > 0) await writer.commit(visited(database, visits));
    },
    visits: (seq) => visitsOf(database, seq),
    async erase(tenant, seqs) {
      await erase(adding, tenant, seqs);
      forgetLines();
    },
    reindex: (seqs) => reindex(adding, seqs),
    keys: (filter, after, limit) => keys(database, filter, after, limit),
    async toEmbed(embedder, limit) {
      await keep(embedder);
      return await toEmbed(database, embedder, limit, context);
    },
    async countToEmbed(embedder) {
      await keep(embedder);
      return await countToEmbed(database, embedder);
    },
    async putVectors(embedder, made) {
      const statements = await vectorsKept(database, embedder, made);
      if (statements.length > 0) await writer.commit(statements);
    },
    vectors: (embedder, after, limit) => vectors(database, embedder, after, limit),
    vectorsOf: (embedder, seqs) => vectorsOf(database, embedder, seqs),
    countVectors: (embedder) => countVectors(database, embedder),
    async dropVectors(kept) {
      let dropped = 0;
      for (const embedder of await embeddersBeside(database, kept)) {
        embedders.delete(embedder);
        await writer.commit([
          statement(database, 'delete from memory_embedder where id = ?', [embedder]),
          statement(database, 'delete from memory_pending where embedder = ?', [embedder]),
        ]);
        for (let more = DROPPED_AT_ONCE; more === DROPPED_AT_ONCE; dropped += more) {
          const rows = await change(
            database,
            `delete from memory_vector where embedder = ? and seq in (
              select seq from memory_vector where embedder = ? limit ${DROPPED_AT_ONCE}) returning seq`,
            [embedder, embedder],
          );
          more = rows.length;
        }
      }
      return dropped;
    },
    async changes(after, limit) {
      const rows = await select(
        database,
        'select n, seq, tenant, op, embedder from memory_change where n > ? order by n limit ?',
        [after, limit],
      );
      return rows.map((row) => ({
        n: Number(row['n']),
        seq: Number(row['seq']),
        tenant: String(row['tenant']),
        op: String(row['op']) as MemoryChange['op'],
        embedder: String(row['embedder']),
      }));
    },
    async forgetChanges(n) {
      await writer.commit([
        statement(database, `update memory_counter set n = ? where name = 'forgotten' and n < ?`, [n, n]),
        statement(database, 'delete from memory_change where n <= ?', [n]),
      ]);
    },
    async changeMarks() {
      const rows = await select(database, 'select name, n from memory_counter', []);
      const mark = (name: string) => Number(rows.find((row) => row['name'] === name)?.['n'] ?? 0);
      return { last: mark('change'), forgotten: mark('forgotten') };
    },
    get written() {
      return writer.written;
    },
  };
}
