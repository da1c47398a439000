import { createHash } from 'node:crypto';

import { HoldfastError } from '@holdfast/protocol';

import { type Draft, type MemoryRecord, STATES, type Viewer } from '../record.ts';
import type { Records } from '../records/records.ts';
import type { Chunk } from './chunk.ts';
import type { DocumentsConfig } from './config.ts';
import type { DocumentRow } from './document.ts';
import type { DocumentFault } from './fault.ts';
import type { ReadDocument } from './message.ts';
import { type Held, planOf } from './plan.ts';
import { readDocument } from './read.ts';
import type { DocumentKey, DocumentTable } from './table.ts';

/** So many chunks are added in one transaction. */
const BATCH = 200;
const PAGE = 500;
/** A job that says nothing for so long is taken over. Longer than the longest step, which is the reading. */
export const CLAIM_SPARE_MS = 60_000;
/** Characters that a document may come to, for each byte that it may have: CSV repeats its head. */
const CHARS_OF_BYTE = 4;
const MAX_LOCATION = 900;

/** What the defences say of a chunk (see learn/defence): which state it is kept in, and why. */
export type Assess = (draft: Draft) => Pick<Draft, 'state' | 'quarantineReason' | 'confidence'>;

/** What one ingestion needs. */
export interface IngestionDeps {
  readonly table: DocumentTable;
  readonly records: Records;
  readonly assess: Assess;
  readonly now: () => number;
  readonly config: DocumentsConfig;
  readonly fault: DocumentFault;
}

/**
 * Does a job from wherever it stands: reads the content that is kept, and makes the chunks that are remembered those of
 * the document. New ones are added before old ones go, and every step can be repeated.
 *
 * Throws HoldfastError: CONFLICT where the job is not the newest any more, CANCELED, and those of Database. What is wrong
 * with the document itself is kept in its row.
 */
export async function runIngestion(deps: IngestionDeps, row: DocumentRow, claim: string, signal: AbortSignal) {
  const { table, config } = deps;
  let read: ReadDocument;
  try {
    read = await readAll(deps, row, signal);
    if (read.chunks.length > config.max_chunks) throw tooMany(read.chunks.length, config.max_chunks);
  } catch (error) {
    if (!HoldfastError.is(error) || signal.aborted || !isOfDocument(error)) throw error;
    await table.fail(row, claim, error.toBody());
    return;
  }
  await index(deps, row, claim, read, signal);
}

async function readAll({ table, config }: IngestionDeps, row: DocumentRow, signal: AbortSignal): Promise<ReadDocument> {
  const { format, mediaType, sha256 } = row.wanted;
  const content = await table.contentOf(keyOf(row));
  if (createHash('sha256').update(content).digest('hex') !== sha256) {
    // A newer ingestion replaces the content together with the job.
    throw new HoldfastError('CONFLICT', 'The content of the document was replaced meanwhile.');
  }
  const bounds = { maxChars: config.max_bytes * CHARS_OF_BYTE, maxPages: config.max_pages };
  return await readDocument({ format, content, mediaType, bounds }, config.read_timeout_ms, signal);
}

/** Whether it is the document that is at fault, so that trying again would not help. */
function isOfDocument({ code }: HoldfastError): boolean {
  return code === 'INVALID_ARGUMENT' || code === 'TOO_LARGE' || code === 'TIMED_OUT';
}

async function index(deps: IngestionDeps, row: DocumentRow, claim: string, read: ReadDocument, signal: AbortSignal) {
  const { table, records, now, fault, assess } = deps;
  const until = () => now() + deps.config.read_timeout_ms + CLAIM_SPARE_MS;
  const { document } = row;
  const { tenant } = document.scope;
  const title = row.wanted.title || read.title || document.title;
  const plan = planOf(await heldBy(records, tenant, document.id), read.chunks);
  // Of a job that was interrupted the counts are those of its beginning.
  const counts =
    document.state === 'indexing'
      ? {}
      : { chunks_added: plan.added.length, chunks_kept: plan.kept.length, chunks_removed: plan.removed.length };
  let done = plan.kept.length;
  const tell = () =>
    table.progress(row, claim, until(), {
      ...counts,
      state: 'indexing',
      title,
      chunks: read.chunks.length,
      chunks_done: done,
    });
  await tell();
  for (let at = 0; at < plan.added.length; at += BATCH) {
    signal.throwIfAborted();
    const drafts = plan.added.slice(at, at + BATCH).map(({ chunk, position }) => {
      const draft = draftOf(row, title, chunk, position);
      return { ...draft, ...assess(draft) };
    });
    for (const [n, { record }] of (await records.add(drafts)).entries()) assertIs(record, drafts[n]);
    done += drafts.length;
    await tell();
    fault('chunks-added');
  }
  for (let at = 0; at < plan.removed.length; at += PAGE) {
    signal.throwIfAborted();
    await records.erase(
      tenant,
      plan.removed.slice(at, at + PAGE).map(({ seq }) => seq),
    );
    await tell();
    fault('chunks-erased');
  }
  const viewer = everything(tenant);
  const quarantined = await records.count({ viewer, group: document.id, kinds: ['chunk'], states: ['quarantined'] });
  fault('before-ready');
  await table.finish(row, claim, { chunks_quarantined: quarantined });
}

/** Erases all chunks of a document; gives how many there were. */
export async function eraseChunks(records: Records, { tenant, id }: DocumentKey): Promise<number> {
  const filter = { viewer: everything(tenant), group: id, kinds: ['chunk'], anyState: true } as const;
  let erased = 0;
  for (;;) {
    const page = await records.keys(filter, 0, PAGE);
    if (page.length === 0) return erased;
    await records.erase(
      tenant,
      page.map(({ seq }) => seq),
    );
    erased += page.length;
  }
}

async function heldBy(records: Records, tenant: string, id: string): Promise<Held[]> {
  const filter = { viewer: everything(tenant), group: id, kinds: ['chunk'], states: STATES } as const;
  const held: Held[] = [];
  let after = '';
  do {
    const page = await records.list(filter, { order: 'oldest', after, limit: PAGE });
    for (const { id: memory, seq, attributes, position } of page.records) {
      const { chunk } = attributes;
      held.push({ id: memory, seq, position, hash: typeof chunk === 'string' ? chunk : '' });
    }
    after = page.next;
  } while (after !== '');
  return held;
}

function draftOf({ document }: DocumentRow, title: string, chunk: Chunk, position: number): Draft {
  const { text, headings, hash, place, location } = chunk;
  const id = createHash('sha256')
    .update(JSON.stringify([document.id, position, hash]))
    .digest('hex')
    .slice(0, 32);
  return {
    // The same chunk at the same place has the same id: two that do the same job add it once.
    id: `chunk_${id}`,
    scope: document.scope,
    kind: 'chunk',
    text,
    group: document.id,
    position,
    attributes: {
      ...(title === '' ? {} : { title }),
      headings: [...headings],
      ...(place ? { place: { ...place } } : {}),
      chunk: hash,
    },
    provenance: {
      trust: document.trust,
      origin: 'document',
      runId: '',
      actionId: '',
      documentId: document.id,
      author: document.name,
      evidence: '',
      location: location.length > MAX_LOCATION ? `${location.slice(0, MAX_LOCATION - 1).toWellFormed()}…` : location,
    },
  };
}

function assertIs(record: MemoryRecord, draft: Draft | undefined): void {
  if (record.id === draft?.id) return;
  throw new HoldfastError('CONFLICT', 'Another process is reading the same document; this one starts again.');
}

function everything(tenant: string): Viewer {
  return { tenant, user: '', agent: '', everybody: true };
}

function keyOf({ document }: DocumentRow): DocumentKey {
  return { tenant: document.scope.tenant, id: document.id };
}

function tooMany(count: number, limit: number): HoldfastError {
  return new HoldfastError(
    'TOO_LARGE',
    `The document has ${count} parts; ${limit} are read. What was there before is kept: cut it into several documents, ` +
      'or raise memory.documents.max_chunks.',
  );
}
