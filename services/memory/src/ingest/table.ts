import { createHash } from 'node:crypto';

import type { ErrorBody } from '@holdfast/protocol';
import { change, type Database, select, type SqlValue, type Statement, statement } from '@holdfast/storage';

import type { Scope, Trust, Viewer } from '../record.ts';
import { type DocumentRow, documentRowOf } from './document.ts';

/** Content is kept in pieces, bytes. */
const PIECE = 1024 * 1024;

/** Names a document. */
export interface DocumentKey {
  readonly tenant: string;
  readonly id: string;
}

/** What a document is to consist of from now on. */
export interface Wanted {
  readonly title: string;
  readonly trust: Trust;
  readonly content: Uint8Array;
  readonly sha256: string;
  readonly format: string;
  readonly mediaType: string;
}

/** The rows of documents and their content. Every change of a job names it, and throws CONFLICT when it is not the newest. */
export class DocumentTable {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async byName({ tenant, user, agent }: Scope, name: string): Promise<DocumentRow | undefined> {
    const where = 'tenant = ? and user_id = ? and agent_id = ? and name_key = ?';
    return await this.#one(where, [tenant, user, agent, keyOf(name)]);
  }

  async byKey({ tenant, id }: DocumentKey): Promise<DocumentRow | undefined> {
    return await this.#one('tenant = ? and id = ?', [tenant, id]);
  }

  /** What the viewer sees, newest first, older than `before`. */
  async list(viewer: Viewer, before: readonly [number, string] | undefined, limit: number): Promise<DocumentRow[]> {
    const seen = viewer.everybody ? '' : `and user_id in ('', ?) and agent_id in ('', ?)`;
    const rows = await select(
      this.#database,
      `select * from memory_document where tenant = ? and removing = 0 ${seen} ${before ? 'and (created_at, id) < (?, ?)' : ''}
        order by created_at desc, id desc limit ?`,
      [viewer.tenant, ...(viewer.everybody ? [] : [viewer.user, viewer.agent]), ...(before ?? []), limit],
    );
    return rows.map(documentRowOf);
  }

  async count(viewer: Viewer): Promise<number> {
    const seen = viewer.everybody ? '' : `and user_id in ('', ?) and agent_id in ('', ?)`;
    const [row] = await select(
      this.#database,
      `select count(*) as documents from memory_document where tenant = ? and removing = 0 ${seen}`,
      [viewer.tenant, ...(viewer.everybody ? [] : [viewer.user, viewer.agent])],
    );
    return Number(row?.['documents'] ?? 0);
  }

  /** One document, or all of one user; also those that are being removed. */
  async keysOf(tenant: string, of: { readonly id: string } | { readonly user: string }): Promise<DocumentKey[]> {
    const [column, value] = 'id' in of ? ['id', of.id] : ['user_id', of.user];
    const sql = `select tenant, id from memory_document where tenant = ? and ${column} = ?`;
    const rows = await select(this.#database, sql, [tenant, value]);
    return rows.map((row) => ({ tenant: String(row['tenant']), id: String(row['id']) }));
  }

  /** What waits and nobody works on. */
  async waiting(limit: number): Promise<DocumentKey[]> {
    const rows = await select(
      this.#database,
      'select tenant, id from memory_document where pending = 1 and claimed_until < ? order by updated_at limit ?',
      [this.#now(), limit],
    );
    return rows.map((row) => ({ tenant: String(row['tenant']), id: String(row['id']) }));
  }

  /** Keeps a new document with its content. Throws CONFLICT where there is one of this name. */
  async insert(id: string, scope: Scope, name: string, wanted: Wanted): Promise<void> {
    const now = this.#now();
    const columns: Record<string, SqlValue> = {
      tenant: scope.tenant,
      id,
      user_id: scope.user,
      agent_id: scope.agent,
      name,
      name_key: keyOf(name),
      ...this.#wantedColumns(wanted),
      title: wanted.title,
      format: wanted.format,
      sha256: '',
      size: 0,
      created_at: now,
      job: 1,
      removing: 0,
    };
    const names = Object.keys(columns);
    const sql = `insert into memory_document (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;
    const row = statement(this.#database, sql, Object.values(columns), { expect: 1 });
    await this.#database.transact([row, ...this.#content({ tenant: scope.tenant, id }, wanted.content)]);
  }

  /** Keeps new content of a document. Throws CONFLICT where somebody else did so meanwhile. */
  async replace({ document, job }: DocumentRow, wanted: Wanted): Promise<void> {
    const key = { tenant: document.scope.tenant, id: document.id };
    const columns = this.#wantedColumns(wanted);
    const set = Object.keys(columns).map((name) => `${name} = ?`);
    await this.#database.transact([
      statement(
        this.#database,
        `update memory_document set ${set.join(', ')}, job = job + 1 where tenant = ? and id = ? and job = ? and removing = 0`,
        [...Object.values(columns), key.tenant, key.id, job],
        { expect: 1 },
      ),
      this.#contentRemoved(key),
      ...this.#content(key, wanted.content),
    ]);
  }

  #wantedColumns({ sha256, content, format, title, mediaType, trust }: Wanted): Record<string, SqlValue> {
    return {
      state: 'reading',
      error: '',
      trust,
      chunks: 0,
      chunks_done: 0,
      chunks_added: 0,
      chunks_kept: 0,
      chunks_removed: 0,
      chunks_quarantined: 0,
      updated_at: this.#now(),
      pending: 1,
      wanted_sha256: sha256,
      wanted_size: content.length,
      wanted_format: format,
      wanted_title: title,
      wanted_media_type: mediaType,
      claim: '',
      claimed_until: 0,
    };
  }

  /** Takes what waits for `claim`; undefined where it is taken, or done. */
  async take({ tenant, id }: DocumentKey, claim: string, until: number): Promise<DocumentRow | undefined> {
    const [row] = await change(
      this.#database,
      `update memory_document set claim = ?, claimed_until = ?
        where tenant = ? and id = ? and pending = 1 and (claimed_until < ? or claim = ?) returning *`,
      [claim, until, tenant, id, this.#now(), claim],
    );
    return row === undefined ? undefined : documentRowOf(row);
  }

  /** Gives back what was taken, so that it can be taken at once. */
  async release({ tenant, id }: DocumentKey, claim: string): Promise<void> {
    await change(
      this.#database,
      'update memory_document set claimed_until = 0 where tenant = ? and id = ? and claim = ?',
      [tenant, id, claim],
    );
  }

  /** Frees what processes have taken that are gone: on a database that only one process can open. */
  async releaseAll(): Promise<void> {
    await change(this.#database, 'update memory_document set claimed_until = 0 where pending = 1', []);
  }

  async contentOf({ tenant, id }: DocumentKey): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const [row] = await select(
        this.#database,
        'select bytes from memory_document_content where tenant = ? and id = ? and n = ?',
        [tenant, id, pieces.length],
      );
      if (!row) break;
      pieces.push(row['bytes'] as Uint8Array);
    }
    const content = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      content.set(piece, at);
      at += piece.length;
    }
    return content;
  }

  /** Sets columns of the job. Throws CONFLICT where it is not the newest, or was taken over. */
  async progress(row: DocumentRow, claim: string, until: number, columns: Readonly<Record<string, number | string>>) {
    await this.#database.transact([this.#set(row, claim, { ...columns, claimed_until: until })]);
  }

  /** The job is done: what was wanted is there. */
  async finish(row: DocumentRow, claim: string, columns: Readonly<Record<string, number | string>>): Promise<void> {
    await this.#end(row, claim, {
      ...columns,
      state: 'ready',
      error: '',
      sha256: row.wanted.sha256,
      size: row.wanted.size,
      format: row.wanted.format,
    });
  }

  /** The job cannot be done. */
  async fail(row: DocumentRow, claim: string, error: ErrorBody): Promise<void> {
    await this.#end(row, claim, { state: 'failed', error: JSON.stringify(error) });
  }

  async #end(row: DocumentRow, claim: string, columns: Readonly<Record<string, number | string>>): Promise<void> {
    const key = { tenant: row.document.scope.tenant, id: row.document.id };
    const set = this.#set(row, claim, { ...columns, pending: 0, claimed_until: 0 });
    await this.#database.transact([set, this.#contentRemoved(key)]);
  }

  #set({ document, job }: DocumentRow, claim: string, columns: Readonly<Record<string, number | string>>): Statement {
    const all = { ...columns, updated_at: this.#now() };
    const set = Object.keys(all).map((name) => `${name} = ?`);
    return statement(
      this.#database,
      `update memory_document set ${set.join(', ')} where tenant = ? and id = ? and job = ? and claim = ? and removing = 0`,
      [...Object.values(all), document.scope.tenant, document.id, job, claim],
      { expect: 1 },
    );
  }

  /** From now on the document is not shown and not worked on; its content goes. */
  async startRemoval({ tenant, id }: DocumentKey): Promise<void> {
    await this.#database.transact([
      statement(
        this.#database,
        'update memory_document set removing = 1, pending = 1, job = job + 1, claimed_until = 0 where tenant = ? and id = ?',
        [tenant, id],
      ),
      this.#contentRemoved({ tenant, id }),
    ]);
  }

  async endRemoval({ tenant, id }: DocumentKey): Promise<void> {
    const sql = 'delete from memory_document where tenant = ? and id = ? and removing = 1';
    await change(this.#database, sql, [tenant, id]);
  }

  #content({ tenant, id }: DocumentKey, content: Uint8Array): Statement[] {
    const sql = 'insert into memory_document_content (tenant, id, n, bytes) values (?, ?, ?, ?)';
    return Array.from({ length: Math.ceil(content.length / PIECE) }, (_, n) =>
      statement(this.#database, sql, [tenant, id, n, content.slice(n * PIECE, (n + 1) * PIECE)]),
    );
  }

  #contentRemoved({ tenant, id }: DocumentKey): Statement {
    return statement(this.#database, 'delete from memory_document_content where tenant = ? and id = ?', [tenant, id]);
  }

  async #one(where: string, params: readonly SqlValue[]): Promise<DocumentRow | undefined> {
    const [row] = await select(this.#database, `select * from memory_document where ${where}`, params);
    return row === undefined ? undefined : documentRowOf(row);
  }
}

/** Names may be longer than an index takes. */
function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
