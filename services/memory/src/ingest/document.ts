import { type ErrorBody, HoldfastError } from '@holdfast/protocol';
import type { Row } from '@holdfast/storage';

import type { Scope, Trust } from '../record.ts';
import type { Format } from './block.ts';

export const DOCUMENT_STATES = ['reading', 'indexing', 'ready', 'failed'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/** A document that is or will be remembered (Document in memory.proto). Times are epoch milliseconds. */
export interface MemoryDocument {
  readonly id: string;
  readonly scope: Scope;
  /** The path, URL or file name that it is known by in its scope. */
  readonly name: string;
  readonly title: string;
  readonly format: Format;
  readonly state: DocumentState;
  /** Why it could not be read. What was there before is kept. */
  readonly error: ErrorBody | undefined;
  readonly trust: Trust;
  /** Hex, of the content that is indexed; empty: none is. */
  readonly sha256: string;
  readonly size: number;
  readonly chunks: number;
  readonly chunksDone: number;
  /** Of the last ingestion. */
  readonly chunksAdded: number;
  readonly chunksKept: number;
  readonly chunksRemoved: number;
  /** Of all its chunks: held back until a human releases them. */
  readonly chunksQuarantined: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A document with what the ingestion needs to know of it. */
export interface DocumentRow {
  readonly document: MemoryDocument;
  readonly job: number;
  readonly pending: boolean;
  readonly removing: boolean;
  readonly wanted: {
    readonly sha256: string;
    readonly size: number;
    readonly format: Format;
    readonly title: string;
    readonly mediaType: string;
  };
}

/** Reads a row of `memory_document`. */
export function documentRowOf(row: Row): DocumentRow {
  const text = (name: string) => String(row[name] ?? '');
  const number = (name: string) => Number(row[name] ?? 0);
  const sha256 = text('sha256');
  const wanted = {
    sha256: text('wanted_sha256'),
    size: number('wanted_size'),
    format: text('wanted_format') as Format,
    title: text('wanted_title'),
    mediaType: text('wanted_media_type'),
  };
  const document: MemoryDocument = {
    id: text('id'),
    scope: { tenant: text('tenant'), user: text('user_id'), agent: text('agent_id') },
    name: text('name'),
    title: text('title'),
    format: sha256 === '' ? wanted.format : (text('format') as Format),
    state: text('state') as DocumentState,
    error: text('error') === '' ? undefined : (JSON.parse(text('error')) as ErrorBody),
    trust: text('trust') as Trust,
    sha256,
    size: sha256 === '' ? wanted.size : number('size'),
    chunks: number('chunks'),
    chunksDone: number('chunks_done'),
    chunksAdded: number('chunks_added'),
    chunksKept: number('chunks_kept'),
    chunksRemoved: number('chunks_removed'),
    chunksQuarantined: number('chunks_quarantined'),
    createdAt: number('created_at'),
    updatedAt: number('updated_at'),
  };
  return { document, job: number('job'), pending: number('pending') === 1, removing: number('removing') === 1, wanted };
}

/** What is thrown for a document that is not there, or not seen. */
export function noDocument(id: string): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `There is no document "${id.slice(0, 100)}". List the documents to see their ids.`,
  );
}
