import { change, type Database, type Row, select, statement, transact } from '@holdfast/storage';

import type { Viewer } from '../record.ts';
import type { Certificate } from './certificate.ts';
import type { Target, What } from './store.ts';

/** What was asked for. */
export interface Wanted {
  readonly viewer: Viewer;
  readonly what: What;
}

/** An erasure that is not complete. */
export interface Erasure {
  /** begun: which memories go is not known yet. */
  readonly state: 'begun' | 'targeted';
  readonly wanted: Wanted;
  readonly certificate: Certificate;
}

/** Erasures in the database: a change of one is durable when it resolves. */
export interface Ledger {
  begin(certificate: Certificate, wanted: Wanted): Promise<void>;
  /** Which memories go, and which come back. */
  target(certificate: Certificate, targets: readonly Target[], restored: readonly string[]): Promise<void>;
  targets(id: string): Promise<readonly Target[]>;
  restored(id: string): Promise<readonly string[]>;
  note(certificate: Certificate): Promise<void>;
  /** It is done: only the certificate stays. */
  complete(certificate: Certificate): Promise<void>;
  open(): Promise<readonly Erasure[]>;
  list(tenant: string, id?: string): Promise<readonly Certificate[]>;
}

/** Rows of what comes back are told from those of what goes by their key, which is below all keys of memories. */
export function createLedger(database: Database): Ledger {
  return {
    async begin(certificate, wanted) {
      await change(
        database,
        `insert into memory_erasure (id, tenant, at, state, wanted, certificate) values (?, ?, ?, 'begun', ?, ?)`,
        [certificate.id, certificate.tenant, certificate.at, JSON.stringify(wanted), JSON.stringify(certificate)],
      );
    },
    async target(certificate, targets, restored) {
      const rows = [...targets, ...restored.map((id, at) => ({ id, seq: -1 - at }))];
      await transact(database, [
        ...rows.map(({ seq, id }) =>
          statement(
            database,
            'insert into memory_erasure_target (erasure, seq, id) values (?, ?, ?) on conflict do nothing',
            [certificate.id, seq, id],
          ),
        ),
        statement(database, `update memory_erasure set state = 'targeted', certificate = ? where id = ?`, [
          JSON.stringify(certificate),
          certificate.id,
        ]),
      ]);
    },
    async targets(id) {
      const rows = await select(
        database,
        'select seq, id from memory_erasure_target where erasure = ? and seq > 0 order by seq',
        [id],
      );
      return rows.map((row) => ({ seq: Number(row['seq']), id: String(row['id']) }));
    },
    async restored(id) {
      const rows = await select(database, 'select id from memory_erasure_target where erasure = ? and seq < 0', [id]);
      return rows.map((row) => String(row['id']));
    },
    async note(certificate) {
      await change(database, 'update memory_erasure set certificate = ? where id = ?', [
        JSON.stringify(certificate),
        certificate.id,
      ]);
    },
    async complete(certificate) {
      await transact(database, [
        statement(database, `update memory_erasure set state = 'done', wanted = '', certificate = ? where id = ?`, [
          JSON.stringify(certificate),
          certificate.id,
        ]),
        statement(database, 'delete from memory_erasure_target where erasure = ?', [certificate.id]),
      ]);
    },
    async open() {
      const rows = await select(
        database,
        `select state, wanted, certificate from memory_erasure where state <> 'done' order by at, id`,
        [],
      );
      return rows.map((row) => ({
        state: row['state'] === 'begun' ? 'begun' : 'targeted',
        wanted: JSON.parse(String(row['wanted'])) as Wanted,
        certificate: certificateOf(row),
      }));
    },
    async list(tenant, id) {
      const rows = await select(
        database,
        `select certificate from memory_erasure where tenant = ? ${id ? 'and id = ?' : ''} order by at desc, id desc`,
        id ? [tenant, id] : [tenant],
      );
      return rows.map(certificateOf);
    },
  };
}

function certificateOf(row: Row): Certificate {
  return JSON.parse(String(row['certificate'])) as Certificate;
}
