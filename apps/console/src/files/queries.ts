import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, ask, type Schema } from '../api/client.ts';
import { ApiError, type ErrorBody } from '../api/error.ts';

/** A version of a shared file, as the API shows it. */
export type Version = Schema<'SharedVersion'>;

/** Agents write too: how often lists are asked for again, milliseconds. */
export const LOOK_AGAIN_MS = 4000;
/** Texts longer than this are neither shown nor edited in the page, bytes. */
export const MOST_TEXT_BYTES = 512 * 1024;

/** The versions of a file, newest first. */
export const versionsQuery = (path: string) =>
  queryOptions({
    queryKey: ['files', 'versions', path],
    refetchInterval: LOOK_AGAIN_MS,
    queryFn: async () =>
      (await ask(api.GET('/api/v1/files/versions', { params: { query: { path, limit: 500 } } }))).versions,
  });

/** The address of the bytes of a version. */
export function contentUrl(path: string, version: number): string {
  return `/api/v1/files/content?${new URLSearchParams({ path, version: String(version) }).toString()}`;
}

/** The bytes of a version. It never changes. */
export const contentQuery = (path: string, version: number) =>
  queryOptions({
    queryKey: ['files', 'content', path, version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const response = await reached(fetch(contentUrl(path, version), { credentials: 'same-origin' }));
      if (!response.ok) throw await errorOf(response);
      return new Uint8Array(await response.arrayBuffer());
    },
  });

/**
 * Writes a new version.
 *
 * @param base the version that it was made from; 0: there must be none yet
 * @throws ApiError CONFLICT where somebody wrote in the meantime: its details offer a merge.
 */
export async function writeFile(path: string, content: Blob, base: number, message: string): Promise<Version> {
  const query = new URLSearchParams({ path, ...(message === '' ? {} : { message }) });
  const response = await reached(
    fetch(`/api/v1/files/content?${query.toString()}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'if-match': `"${base}"` },
      body: content,
      credentials: 'same-origin',
    }),
  );
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Version;
}

/** Makes the content of an old version the newest. @throws ApiError CONFLICT where somebody wrote in the meantime. */
export function rollBack(path: string, version: number, base: number): Promise<Version> {
  const params = { header: { 'if-match': `"${base}"` } };
  return ask(api.POST('/api/v1/files/rollback', { params, body: { path, version } }));
}

/** Deletes a file; its versions stay. @throws ApiError CONFLICT where somebody wrote in the meantime. */
export function remove(path: string, base: number): Promise<Version> {
  const params = { query: { path }, header: { 'if-match': `"${base}"` } };
  return ask(api.DELETE('/api/v1/files/content', { params }));
}

/** Has everything that shows shared files asked for again. */
export async function refreshFiles(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['files', 'list'] }),
    client.invalidateQueries({ queryKey: ['files', 'versions'] }),
  ]);
}

async function reached(asked: Promise<Response>): Promise<Response> {
  return asked.catch((cause: unknown) => {
    throw new ApiError({ code: 'OFFLINE', message: '' }, 0, cause);
  });
}

async function errorOf(response: Response): Promise<ApiError> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson ? ((await response.json()) as { error?: ErrorBody }) : {};
  return new ApiError(body.error ?? { code: 'UNAVAILABLE', message: '' }, response.status);
}
