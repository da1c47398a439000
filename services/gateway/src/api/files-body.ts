import type { Readable } from 'node:stream';

import { type commonpb, create, type FilesApi, filespb, HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

/** A body is handed on in parts of so many bytes; one that is no larger goes in the call itself. */
const PART_BYTES = 4 * 1024 * 1024;

/** A body that is not read yet. */
export const StreamSchema = z
  .custom<Readable>((body) => typeof body === 'object' && body !== null && 'pipe' in body, 'must be bytes')
  .meta({ type: 'string', format: 'binary' });

/** What a call of the shared files takes: the bytes, or where their parts are kept. */
export type Source<K extends string> =
  | { readonly case: K; readonly value: Uint8Array }
  | { readonly case: 'draftId'; readonly value: string };

/**
 * Reads a body, part by part.
 *
 * @param name what the call calls bytes that fit into it
 * @throws HoldfastError CANCELED where the sender went away, and what storing throws; the rest of the body is discarded.
 */
export async function sourceOf<K extends string>(
  files: FilesApi,
  caller: commonpb.Caller,
  path: string,
  body: Readable,
  name: K,
): Promise<Source<K>> {
  let draftId = '';
  let seq = 0;
  const send = async (content: Uint8Array): Promise<void> => {
    const part = create(filespb.PutPartRequestSchema, { caller, draftId, seq, path, content });
    ({ draftId } = await files.putPart(part));
    seq++;
  };
  let waiting: Buffer[] = [];
  let length = 0;
  try {
    // Not destroyed when something fails: it is the socket on which the answer goes out.
    for await (const piece of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      waiting.push(piece);
      length += piece.length;
      if (length < PART_BYTES) continue;
      await send(Buffer.concat(waiting));
      waiting = [];
      length = 0;
    }
    if (draftId === '') return { case: name, value: Buffer.concat(waiting) };
    if (length > 0) await send(Buffer.concat(waiting));
    return { case: 'draftId', value: draftId };
  } catch (error) {
    body.resume();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    throw new HoldfastError('CANCELED', 'The upload broke off. No version was made; send it again.', { cause: error });
  }
}

/** The answer of a stream that begins with its version: the version, and the bytes after it. */
export async function begin<
  E extends { readonly event: { readonly case: string | undefined; readonly value?: unknown } },
>(
  stream: AsyncIterable<E>,
): Promise<{ readonly version: filespb.SharedVersion | undefined; readonly bytes: AsyncGenerator<Uint8Array> }> {
  const events = stream[Symbol.asyncIterator]();
  const first = await events.next();
  const event = first.done === true ? undefined : first.value.event;
  const version = event?.case === 'version' ? (event.value as filespb.SharedVersion) : undefined;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      if (event?.value instanceof Uint8Array) yield event.value;
      for (let next = await events.next(); next.done !== true; next = await events.next()) {
        if (next.value.event.value instanceof Uint8Array) yield next.value.event.value;
      }
    } finally {
      await events.return?.();
    }
  }
  return { version, bytes: bytes() };
}
