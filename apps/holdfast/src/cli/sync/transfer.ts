import { createReadStream } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

import { applyToFile, deltaOf, readSignature, signatureOf } from '@holdfast/delta';
import { HoldfastError } from '@holdfast/protocol';

import type { Client } from '../http/client.ts';
import type { Side } from './plan.ts';

/** Below so many bytes a file is sent whole: its signature would be no smaller gain. */
const WHOLE_BYTES = 16 * 1024;

/** What went over the wire. */
export interface Traffic {
  sent: number;
  received: number;
}

/** A version as the server tells it after a change. */
export interface Written {
  readonly version: number;
  readonly sha256: string;
}

/** Sends a file: a delta against the version that the server has, where it has one. @throws HoldfastError CONFLICT ... */
export async function upload(
  client: Client,
  path: string,
  local: string,
  here: Side,
  there: (Side & { readonly version: number }) | undefined,
  traffic: Traffic,
): Promise<Written> {
  const headers = { 'if-match': `"${there?.version ?? 0}"` };
  const { sha256 } = here;
  if (there && there.sha256 !== '' && there.size >= WHOLE_BYTES && here.size >= WHOLE_BYTES) {
    const answer = await client.open('/files/signature', { query: { path, version: there.version } });
    const signature = await readSignature(counted(bodyOf(answer), traffic, 'received'));
    const delta = counted(deltaOf(signature, local), traffic, 'sent');
    const query = { path, base: there.version, sha256 };
    return (await (await client.send('POST', '/files/delta', delta, { headers, query })).json()) as Written;
  }
  const bytes = counted(createReadStream(local), traffic, 'sent');
  return (await (
    await client.send('PUT', '/files/content', bytes, { headers, query: { path, sha256 } })
  ).json()) as Written;
}

/** Fetches a version: a delta against the file that is here, where there is one. The file changes whole or not at all. */
export async function download(
  client: Client,
  path: string,
  local: string,
  here: Side | undefined,
  there: Side & { readonly version: number },
  traffic: Traffic,
): Promise<void> {
  const query = { path, version: there.version };
  if (here && here.size >= WHOLE_BYTES && there.size >= WHOLE_BYTES) {
    const signature = counted(signatureOf(local), traffic, 'sent');
    const answer = await client.send('POST', '/files/fetch', signature, { query });
    await applyToFile(local, counted(bodyOf(answer), traffic, 'received'), local, { sha256: there.sha256 });
    return;
  }
  const answer = await client.open('/files/content', { query });
  const draft = `${local}.holdfast-sync.new`;
  await writeFile(draft, counted(bodyOf(answer), traffic, 'received'));
  await rename(draft, local);
}

function bodyOf({ body }: Response): AsyncIterable<Uint8Array> {
  if (body) return body;
  throw new HoldfastError('INTERNAL', 'The server gave an answer without a body.');
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  traffic: Traffic,
  direction: keyof Traffic,
): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    traffic[direction] += piece.length;
    yield piece;
  }
}
