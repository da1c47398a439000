import type { IncomingMessage, ServerResponse } from 'node:http';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { SandboxUser } from '../../sandboxes/box.ts';
import type { SandboxFiles } from '../../sandboxes/files.ts';
import { readJson, type Reply } from '../http.ts';
import { encodingFor, encodingOf } from './encoding.ts';
import { metadataOf } from './metadata.ts';
import { readForm } from './multipart.ts';
import { absolutePath, userOf } from './user-path.ts';

const ComposeSchema = z.object({
  source_paths: z.array(z.string()).min(1),
  destination: z.string().min(1),
  username: z.string().optional(),
});

/** Sends a file. */
export async function download(
  files: SandboxFiles,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const user = userOf(query.get('username') ?? undefined);
  const path = absolutePath(query.get('path') ?? '', user);
  const encoding = encodingFor(request.headers['accept-encoding']?.toString());
  const { stream, size } = await asWrongPath(files.read(path, user));
  response.statusCode = 200;
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-disposition', `inline; filename*=utf-8''${encodeURIComponent(posix.basename(path))}`);
  response.setHeader('vary', 'accept-encoding');
  // The file may be a page that somebody else wrote.
  response.setHeader('x-content-type-options', 'nosniff');
  if (encoding === 'gzip') {
    response.setHeader('content-encoding', 'gzip');
    await pipeline(stream, createGzip(), response);
    return;
  }
  if (size !== undefined) response.setHeader('content-length', size);
  await pipeline(stream, response);
}

/** Takes one file, or the files of a form. */
export async function upload(files: SandboxFiles, query: URLSearchParams, request: IncomingMessage): Promise<Reply> {
  const user = userOf(query.get('username') ?? undefined);
  const metadata = metadataOf(request.headers);
  const source = encodingOf(request.headers['content-encoding']) === 'gzip' ? request.pipe(createGunzip()) : request;
  const type = request.headers['content-type'] ?? '';
  const given = query.get('path');
  const written: string[] = [];
  const write = async (path: string, content: Readable): Promise<void> => {
    const absolute = absolutePath(path, user);
    if (written.includes(absolute)) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        `Two files of this upload have the path '${absolute}'; the first one was written, what follows was not.`,
      );
    }
    await asWrongPath(files.write(absolute, content, { user, metadata }));
    written.push(absolute);
  };

  if (/^application\/octet-stream\b/i.test(type)) {
    if (given === null) throw new HoldfastError('INVALID_ARGUMENT', 'The query names no path; nothing was written.');
    await write(given, source);
  } else if (/^multipart\//i.test(type)) {
    for await (const part of readForm(source as AsyncIterable<Buffer>, type)) {
      if (part.name === 'file') await write(given ?? part.filename ?? '', Readable.from(part.body));
    }
  } else {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `Files come as multipart/form-data or application/octet-stream, not as '${type}'; nothing was written.`,
    );
  }
  return { status: 200, body: written.map((path) => writtenView(path, metadata)) };
}

/** Makes one file of several, which are gone afterwards. */
export async function compose(files: SandboxFiles, request: IncomingMessage, newId: () => string): Promise<Reply> {
  const result = ComposeSchema.safeParse(await readJson(request));
  if (!result.success) {
    throw new HoldfastError('INVALID_ARGUMENT', 'source_paths (at least one) and destination are needed.');
  }
  const user = userOf(result.data.username);
  const destination = absolutePath(result.data.destination, user);
  const sources = result.data.source_paths.map((path) => absolutePath(path, user));
  if (sources.includes(destination)) {
    throw new HoldfastError('INVALID_ARGUMENT', `'${destination}' is one of the sources; nothing was changed.`);
  }
  // Only a whole file takes the place of what is there.
  const whole = `${destination}.${newId()}.part`;
  try {
    await files.write(whole, Readable.from(contentsOf(files, sources, user)), { user, metadata: {} });
    await files.move(whole, destination, user);
  } catch (error) {
    await files.remove(whole, user);
    throw error;
  }
  for (const source of sources) await files.remove(source, user);
  return { status: 200, body: writtenView(destination, {}) };
}

async function* contentsOf(files: SandboxFiles, paths: readonly string[], user: SandboxUser): AsyncGenerator<Buffer> {
  for (const path of paths) {
    const { stream } = await asWrongPath(files.read(path, user));
    yield* stream as AsyncIterable<Buffer>;
  }
}

function writtenView(path: string, metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    name: posix.basename(path),
    path,
    type: 'file',
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

/** E2B calls a folder where a file is wanted a wrong argument. */
async function asWrongPath<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!HoldfastError.has(error, 'FAILED_PRECONDITION')) throw error;
    throw new HoldfastError('INVALID_ARGUMENT', error.message, { cause: error });
  }
}
