import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';
import type { Database } from '@holdfast/storage';
import type { Logger } from '@holdfast/telemetry';

import type { Scope, Trust, Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { DocumentsConfig } from './config.ts';
import { type DocumentRow, type MemoryDocument, noDocument } from './document.ts';
import type { DocumentFault } from './fault.ts';
import { formatOf } from './format.ts';
import { type Assess, CLAIM_SPARE_MS, eraseChunks, runIngestion } from './ingestion.ts';
import { Queue } from './queue.ts';
import { type DocumentSource, documentTooLarge, type FetchPage, readPath } from './source.ts';
import { type DocumentKey, DocumentTable, type Wanted } from './table.ts';

const MAX_NAME = 1_000;
const MAX_TITLE = 500;
const MAX_PAGE = 500;
/** How often it is looked for what other processes left behind. */
const LOOK_EVERY_MS = 30_000;
const TRIES = 5;

/** What the documents are made of. */
export interface DocumentsDeps {
  /** With DOCUMENTS_SCHEMA. */
  readonly database: Database;
  readonly records: Records;
  readonly assess: Assess;
  readonly fetchPage: FetchPage;
  readonly now: () => number;
  readonly newId: () => string;
  readonly config: DocumentsConfig;
  readonly logger: Logger;
  readonly fault?: DocumentFault;
}

/** What is to be ingested. */
export interface IngestRequest {
  readonly scope: Scope;
  readonly source: DocumentSource;
  /** Empty: the path or URL. Needed with `content`. */
  readonly name: string;
  /** A media type, an extension or a format. Empty: told by name and content. */
  readonly format: string;
  /** Empty: as the document names itself. */
  readonly title: string;
  /** Left out: outside. */
  readonly trust?: Trust;
}

/** A document by its id, or those that belong to a user. */
export type Owned = { readonly id: string } | { readonly user: string };

/** Documents as they are remembered: cut along their structure into memories of the kind `chunk`. */
export interface Documents {
  /**
   * Keeps the content of a document, and answers when it is safe; the reading goes on by itself (`get` tells how far it
   * is). The same name in the same scope is the same document: only what changed of it is written. The same content does
   * nothing.
   *
   * Throws INVALID_ARGUMENT, TOO_LARGE, NOT_FOUND, PERMISSION_DENIED, those of `fetchPage` and of Database.
   */
  ingest(request: IngestRequest, signal: AbortSignal): Promise<MemoryDocument>;
  /** Throws NOT_FOUND. */
  get(viewer: Viewer, id: string): Promise<MemoryDocument>;
  /** Newest first. `next` empty: this was the last page. */
  list(
    viewer: Viewer,
    page: { readonly after: string; readonly limit: number },
  ): Promise<{ readonly documents: readonly MemoryDocument[]; readonly next: string }>;
  count(viewer: Viewer): Promise<number>;
  /**
   * Removes the document, what is kept of its content, and all of its chunks that are there; one that is interrupted is
   * completed by the next start. Throws NOT_FOUND.
   */
  remove(viewer: Viewer, id: string): Promise<{ readonly document: MemoryDocument; readonly memories: number }>;
  /** Removes one document, or all of one user, in the same way; gives how many there were. */
  erase(tenant: string, of: Owned): Promise<number>;
  /** How many of them are there, also such as are being removed. */
  countOf(tenant: string, of: Owned): Promise<number>;
  /** Takes up what was interrupted. */
  start(): Promise<void>;
  /** When all that this process has to read is read. */
  settled(): Promise<void>;
  /** Stops between two batches; the next start goes on there. */
  close(): Promise<void>;
}

/** The documents on either SQL product; several processes on one PostgreSQL share the work. */
export function createDocuments(deps: DocumentsDeps): Documents {
  const { database, records, assess, now, newId, config, logger, fault = () => undefined } = deps;
  const table = new DocumentTable(database, now);
  const claim = newId();
  const ingestion = { table, records, assess, now, config, fault };
  let timer: NodeJS.Timeout | undefined;

  const work = async (key: DocumentKey, signal: AbortSignal): Promise<void> => {
    const row = await table.take(key, claim, now() + config.read_timeout_ms + CLAIM_SPARE_MS);
    if (!row) return;
    try {
      if (row.removing) await finishRemoval(key);
      else await runIngestion(ingestion, row, claim, signal);
    } catch (error) {
      if (HoldfastError.has(error, 'CONFLICT') && (await isOvertaken(key, row.job))) return;
      await table.release(key, claim);
      throw error;
    }
  };
  const queue = new Queue(work, config.concurrency, logger);

  /** Whether somebody replaced or removed the document while a batch was on its way. */
  const isOvertaken = async (key: DocumentKey, job: number): Promise<boolean> => {
    const row = await table.byKey(key);
    if (!row) await eraseChunks(records, key);
    else if (row.pending && row.job !== job) queue.add(key);
    return row?.job !== job;
  };

  const finishRemoval = async (key: DocumentKey): Promise<number> => {
    const erased = await eraseChunks(records, key);
    await table.endRemoval(key);
    return erased;
  };

  const removeWhole = async (key: DocumentKey): Promise<number> => {
    await table.startRemoval(key);
    await queue.stop(key);
    return await finishRemoval(key);
  };

  const find = async (viewer: Viewer, id: string): Promise<DocumentRow> => {
    const row = await table.byKey({ tenant: viewer.tenant, id });
    if (!row || row.removing || !sees(viewer, row.document.scope)) throw noDocument(id);
    return row;
  };

  const keep = async (scope: Scope, name: string, wanted: Wanted): Promise<DocumentRow> => {
    for (let left = TRIES; ; left--) {
      const there = await table.byName(scope, name);
      if (there?.removing) throw removing(name);
      if (there && isSame(there, wanted)) return there;
      try {
        if (there) await table.replace(there, wanted);
        else await table.insert(newId(), scope, name, wanted);
      } catch (error) {
        // Somebody else did the same at the same time.
        if (left > 1 && HoldfastError.has(error, 'CONFLICT')) continue;
        throw error;
      }
      const kept = await table.byName(scope, name);
      if (kept) return kept;
    }
  };

  const look = async (): Promise<void> => {
    for (const key of await table.waiting(MAX_PAGE)) queue.add(key);
  };

  return {
    async ingest(request, signal) {
      const { content, mediaType, name } = await contentOf(deps, request, signal);
      if (content.length === 0) throw wrong('it is empty');
      const format = formatOf({ name, said: request.format, mediaType }, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      const trust = request.trust ?? 'outside';
      const title = clean(request.title).slice(0, MAX_TITLE).toWellFormed();
      const row = await keep(request.scope, name, { title, trust, content, sha256, format, mediaType });
      fault('content-kept');
      if (row.pending) queue.add({ tenant: row.document.scope.tenant, id: row.document.id });
      return row.document;
    },
    get: async (viewer, id) => (await find(viewer, id)).document,
    async list(viewer, { after, limit }) {
      const count = Math.min(Math.max(1, Math.trunc(limit)), MAX_PAGE);
      const rows = await table.list(viewer, after === '' ? undefined : tokenOf(after), count + 1);
      const documents = rows.slice(0, count).map(({ document }) => document);
      const last = rows.length > count ? documents.at(-1) : undefined;
      return { documents, next: last ? writeToken(last) : '' };
    },
    count: (viewer) => table.count(viewer),
    async remove(viewer, id) {
      const { document } = await find(viewer, id);
      return { document, memories: await removeWhole({ tenant: viewer.tenant, id }) };
    },
    async erase(tenant, of) {
      const keys = await table.keysOf(tenant, of);
      for (const key of keys) await removeWhole(key);
      return keys.length;
    },
    countOf: async (tenant, of) => (await table.keysOf(tenant, of)).length,
    async start() {
      // Only one process can have it open: whoever had taken something is gone.
      if (database.dialect === 'sqlite') await table.releaseAll();
      await look();
      timer = setInterval(() => {
        look().catch((error: unknown) => logger.warn({ err: error }, 'It was not looked for interrupted documents.'));
      }, LOOK_EVERY_MS);
      timer.unref();
    },
    settled: () => queue.settled(),
    async close() {
      clearInterval(timer);
      await queue.close();
    },
  };
}

async function contentOf({ config, fetchPage }: DocumentsDeps, request: IngestRequest, signal: AbortSignal) {
  const { source } = request;
  const named = clean(request.name).trim();
  if ('path' in source) {
    const content = await readPath(source.path, config.max_bytes);
    return { content, mediaType: '', name: nameOf(named || source.path) };
  }
  if ('url' in source) {
    const page = await fetchPage(source.url, signal);
    if (page.content.length > config.max_bytes) throw documentTooLarge(config.max_bytes);
    return { content: page.content, mediaType: page.type, name: nameOf(named || source.url) };
  }
  if (source.content.length > config.max_bytes) throw documentTooLarge(config.max_bytes);
  if (named === '') throw wrong('what is uploaded needs a name, by which it is known when it is uploaded again');
  return { content: source.content, mediaType: source.mediaType ?? '', name: nameOf(named) };
}

function isSame({ document, wanted: last, pending }: DocumentRow, wanted: Wanted): boolean {
  if (document.trust !== wanted.trust || last.format !== wanted.format) return false;
  if (wanted.title !== '' && wanted.title !== (last.title || document.title)) return false;
  return last.sha256 === wanted.sha256 && (pending || document.state === 'ready');
}

function sees(viewer: Viewer, scope: Scope): boolean {
  if (viewer.everybody) return true;
  return [viewer.user, ''].includes(scope.user) && [viewer.agent, ''].includes(scope.agent);
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

function nameOf(name: string): string {
  if (name.length > MAX_NAME) throw wrong(`its name has more than ${MAX_NAME} characters`);
  return name;
}

function writeToken({ createdAt, id }: MemoryDocument): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

function tokenOf(token: string): readonly [number, string] {
  try {
    const [at, id] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (typeof at === 'number' && typeof id === 'string') return [at, id];
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'This is no place in a list of documents: take `next` of the page before.',
  );
}

function removing(name: string): HoldfastError {
  const message = `The document "${name.slice(0, 100)}" is being removed. Nothing was kept: repeat this in a moment.`;
  return new HoldfastError('FAILED_PRECONDITION', message);
}

function wrong(why: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `The document cannot be ingested: ${why}. Nothing was kept.`);
}
