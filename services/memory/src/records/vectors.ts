import { type Database, select, type Statement, statement, type Row } from '@holdfast/storage';

import { oneOf } from './filter.ts';
import { besideEach } from './group.ts';
import { noted } from './log.ts';
import { kept } from './pending.ts';
import type { StoredVector, ToEmbed } from './records.ts';
import { recordOf, SELECTED } from './row.ts';

/** A vector as it is kept: 32-bit floats, little-endian, as the processors have them that Holdfast runs on (x64, arm64). */
export function bytesOfVector(vector: Float32Array): Uint8Array {
  return new Uint8Array(new Float32Array(vector).buffer);
}

/** The vector that bytes hold. */
export function vectorOfBytes(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer, 0, bytes.byteLength >> 2);
}

/** See Records.toEmbed. */
export async function toEmbed(
  database: Database,
  embedder: string,
  limit: number,
  context: number,
): Promise<readonly ToEmbed[]> {
  const rows = await select(
    database,
    `select ${SELECTED}, r.shape from memory_pending p join memory_record r on r.seq = p.seq
      where p.embedder = ? and r.state = 'active' order by p.seq limit ?`,
    [embedder, limit],
  );
  const read = rows.map((row) => ({ record: recordOf(row), revision: Number(row['shape']) }));
  // After their revisions: what changes between the two has another revision, and is embedded again.
  const around = await besideEach(
    database,
    read.map(({ record }) => record),
    context,
  );
  return read.map(({ record, revision }): ToEmbed => {
    const { before = [], after = [] } = around.get(record.seq) ?? {};
    return {
      seq: record.seq,
      revision,
      ...record.scope,
      text: record.text,
      before: before.map(({ text }) => text),
      after: after.map(({ text }) => text),
    };
  });
}

/** Makes the embedder one whose vectors are kept up to date, where it is not yet. */
export async function keepEmbedder(
  database: Database,
  embedder: string,
  commit: (statements: readonly Statement[]) => Promise<void>,
): Promise<void> {
  const there = await select(database, 'select 1 as there from memory_embedder where id = ?', [embedder]);
  if (there.length === 0) await commit(kept(database, embedder));
}

/** See Records.countToEmbed. */
export async function countToEmbed(database: Database, embedder: string): Promise<number> {
  const [row] = await select(database, 'select count(*) as n from memory_pending where embedder = ?', [embedder]);
  return Number(row?.['n'] ?? 0);
}

/** Keeps vectors whose memory is still what they were made from. */
export async function vectorsKept(
  database: Database,
  embedder: string,
  made: readonly { readonly seq: number; readonly revision: number; readonly vector: Float32Array }[],
): Promise<Statement[]> {
  const pages = await Promise.all(
    oneOf(
      'seq',
      made.map(({ seq }) => seq),
    ).map(({ sql, params }) =>
      select(database, `select seq, tenant, shape from memory_record where state = 'active' and ${sql}`, params),
    ),
  );
  const there = new Map(pages.flat().map((row) => [Number(row['seq']), row]));
  const current = made.flatMap((vector) => {
    const row = there.get(vector.seq);
    return row && Number(row['shape']) === vector.revision ? [{ ...vector, tenant: String(row['tenant']) }] : [];
  });
  if (current.length === 0) return [];
  const changes = current.map(({ seq, tenant }) => ({ seq, tenant, op: 'embedded' as const, embedder }));
  return [
    ...noted(database, changes),
    // Once more inside of the transaction: it may have changed since.
    ...current.flatMap(({ seq, revision, vector }) => [
      statement(
        database,
        `insert into memory_vector (embedder, seq, revision, bytes)
          select cast(? as text), seq, shape, ${database.dialect === 'sqlite' ? '?' : 'cast(? as bytea)'}
          from memory_record where seq = ? and shape = ? and state = 'active'
          on conflict (embedder, seq) do update set revision = excluded.revision, bytes = excluded.bytes`,
        [embedder, bytesOfVector(vector), seq, revision],
      ),
      statement(
        database,
        `delete from memory_pending where embedder = ? and seq = ?
          and exists (select 1 from memory_record where memory_record.seq = ? and shape = ?)`,
        [embedder, seq, seq, revision],
      ),
    ]),
  ];
}

const STORED = `select v.seq, v.bytes, r.tenant, r.user_id, r.agent_id from memory_vector v
  join memory_record r on r.seq = v.seq where v.embedder = ? and r.state = 'active'`;

/** See Records.vectors. */
export async function vectors(
  database: Database,
  embedder: string,
  after: number,
  limit: number,
): Promise<readonly StoredVector[]> {
  const rows = await select(database, `${STORED} and v.seq > ? order by v.seq limit ?`, [embedder, after, limit]);
  return rows.map(storedOf);
}

/** See Records.vectorsOf. */
export async function vectorsOf(
  database: Database,
  embedder: string,
  seqs: readonly number[],
): Promise<readonly StoredVector[]> {
  const pages = await Promise.all(
    oneOf('v.seq', seqs).map(({ sql, params }) => select(database, `${STORED} and ${sql}`, [embedder, ...params])),
  );
  return pages.flat().map(storedOf);
}

/** See Records.countVectors. */
export async function countVectors(database: Database, embedder: string): Promise<number> {
  const [row] = await select(
    database,
    `select count(*) as n from memory_vector v join memory_record r on r.seq = v.seq
      where v.embedder = ? and r.state = 'active'`,
    [embedder],
  );
  return Number(row?.['n'] ?? 0);
}

/** See Records.dropVectors. */
export async function embeddersBeside(database: Database, keep: readonly string[]): Promise<string[]> {
  const rows = await select(
    database,
    'select embedder from memory_vector group by embedder union select id from memory_embedder',
    [],
  );
  return rows.map((row) => String(row['embedder'])).filter((embedder) => !keep.includes(embedder));
}

function storedOf(row: Row): StoredVector {
  const { bytes } = row;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a vector is kept as bytes');
  return {
    seq: Number(row['seq']),
    tenant: String(row['tenant']),
    user: String(row['user_id']),
    agent: String(row['agent_id']),
    vector: vectorOfBytes(bytes),
  };
}
