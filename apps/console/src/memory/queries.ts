import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, ask, type Schema } from '../api/client.ts';
import { ApiError, type ErrorBody } from '../api/error.ts';
import type { paths } from '../api/schema.gen.ts';
import type { MemorySearch } from '../app/router.tsx';
import { dayAfter, startOf } from './days.ts';

/** A memory as the API shows it. */
export type Memory = Schema<'Memory'>;
/** What recall found. */
export type Recalled = paths['/api/v1/memory/recall']['post']['responses'][200]['content']['application/json'];
/** One memory that recall found, with why. */
export type MemoryHit = Recalled['hits'][number];
/** What says that something was erased. */
export type Certificate = Schema<'ErasureCertificate'>;
/** An entity of the graph. */
export type Entity = Schema<'Entity'>;
/** A relation of the graph. */
export type Relation = Schema<'Relation'>;
/** A document that memory holds. */
export type MemoryDocument = Schema<'Document'>;
/** What an import came to. */
export type Imported = paths['/api/v1/memory/import']['post']['responses'][200]['content']['application/json'];

/** How often what changes by itself is asked for again, milliseconds. */
export const LOOK_AGAIN_MS = 3000;
/** How many hits a search asks for. */
const HITS = 20;

/** Through whose eyes memories are looked at: one's own, those of an agent, or those of an admin who sees everybody's. */
export type Viewer = Pick<MemorySearch, 'agent' | 'all'>;

/** The viewer of an address; links to a memory carry it on. */
export function viewerOf({ agent, all }: MemorySearch): Viewer {
  return { ...(agent === undefined ? {} : { agent }), ...(all ? { all } : {}) };
}

/** A viewer as a query has it. */
export function whose({ agent, all }: Viewer): { agent?: string; everybody?: 'true' } {
  return { ...(agent === undefined ? {} : { agent }), ...(all ? { everybody: 'true' } : {}) };
}

/** A viewer as a body has it. */
export function whoseBody({ agent, all }: Viewer): { agent?: string; everybody?: true } {
  return { ...(agent === undefined ? {} : { agent }), ...(all ? { everybody: true } : {}) };
}

/** The filters of an address as the API has them. */
export function filterOf(search: MemorySearch) {
  const { document, group, kind, since, until } = search;
  return {
    ...(document === undefined ? {} : { document_id: document }),
    ...(group === undefined ? {} : { group }),
    ...(since === undefined ? {} : { since: startOf(since) }),
    // A day that is named is part of the time.
    ...(until === undefined ? {} : { until: startOf(dayAfter(until)) }),
    ...(kind === undefined ? {} : { kind }),
  };
}

/** What memory is made of, and how it is doing. */
export const statusQuery = queryOptions({
  queryKey: ['memory', 'status'],
  refetchInterval: LOOK_AGAIN_MS * 3,
  queryFn: () => ask(api.GET('/api/v1/memory/status')),
});

/** What fits a question. Looking does not strengthen what is found. */
export const recallQuery = (search: MemorySearch) =>
  queryOptions({
    queryKey: ['memory', 'recall', search],
    enabled: search.q !== undefined,
    staleTime: 30_000,
    queryFn: ({ signal }) => {
      const { kind, ...filter } = filterOf(search);
      const body = {
        query: search.q ?? '',
        limit: HITS,
        ...filter,
        ...(kind === undefined ? {} : { kind: [kind] }),
        ...whoseBody(search),
        ...(search.pinned ? { pinned: true } : {}),
      };
      return ask(api.POST('/api/v1/memory/recall', { body, signal }));
    },
  });

/** One memory with what belongs to it. */
export const memoryQuery = (id: string, viewer: Viewer) =>
  queryOptions({
    queryKey: ['memory', 'one', id, viewer],
    queryFn: () => ask(api.GET('/api/v1/memory/memories/{id}', { params: { path: { id }, query: whose(viewer) } })),
  });

/** Archives, restores, or releases memories. */
export async function changeState(ids: readonly string[], state: Memory['state'], viewer: Viewer): Promise<number> {
  const body = { ids: [...ids], state, ...whoseBody(viewer) };
  return (await ask(api.POST('/api/v1/memory/state', { body }))).memories.length;
}

/** Erases memories for good. */
export function erase(ids: readonly string[], reason: string, viewer: Viewer): Promise<Certificate> {
  return ask(api.POST('/api/v1/memory/erase', { body: { ids: [...ids], reason, ...whoseBody(viewer) } }));
}

/** Has everything that shows memories asked for again. */
export async function refreshMemory(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ['memory'] });
}

/**
 * Sends a file as it is.
 *
 * @throws ApiError where the server refuses it or is away.
 */
export async function sendFile<T>(url: string, file: Blob, type: string): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': type },
    body: file,
    credentials: 'same-origin',
  }).catch((cause: unknown) => {
    throw new ApiError({ code: 'OFFLINE', message: '' }, 0, cause);
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body: unknown = isJson ? await response.json() : {};
  if (response.ok) return body as T;
  throw new ApiError((body as { error?: ErrorBody }).error ?? { code: 'UNAVAILABLE', message: '' }, response.status);
}
