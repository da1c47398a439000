import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HoldfastError } from '@holdfast/protocol';

import { bytesOf } from './bytes.ts';
import { codeOf } from './file-error.ts';
import { detectEncoding, type Encoding, SAMPLE_BYTES } from './encoding.ts';

/** A text file that is read from its beginning, in bounded memory. */
export interface TextFile {
  readonly encoding: Encoding | 'binary';
  /** Its text, piece by piece. Can be read once. */
  readonly chunks: AsyncIterable<string>;
  /** Bytes of the file that were read so far (of a `.gz` before they are unpacked). */
  readonly bytesRead: () => number;
}

/** Opens a file for reading as text. A gzip file is unpacked on the way. The handle stays the caller's. */
export async function readText(handle: FileHandle, name: string): Promise<TextFile> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer, undefined> {
    for await (const chunk of bytesOf(handle)) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const reader: AsyncIterator<Buffer> = name.endsWith('.gz') ? unpacked(counted()) : counted();
  const first: Buffer[] = [];
  let sampled = 0;
  while (sampled < SAMPLE_BYTES) {
    const next = await nextOf(reader, name);
    if (next === undefined) break;
    first.push(next);
    sampled += next.length;
  }
  const beginning = Buffer.concat(first);
  const { encoding, bom } = detectEncoding(beginning.subarray(0, SAMPLE_BYTES));
  return {
    encoding,
    bytesRead: () => bytes,
    chunks: {
      async *[Symbol.asyncIterator]() {
        const decoder = new TextDecoder(encoding === 'binary' ? 'utf-8' : encoding);
        try {
          yield decoder.decode(beginning.subarray(bom), { stream: true });
          for (let next = await nextOf(reader, name); next; next = await nextOf(reader, name)) {
            yield decoder.decode(next, { stream: true });
          }
          yield decoder.decode();
        } finally {
          await reader.return?.();
        }
      },
    },
  };
}

/** What goes wrong is thrown by the reading of the last stream, so there is nothing left to say in the callback. */
function unpacked(source: AsyncIterable<Buffer>): AsyncIterator<Buffer> {
  return pipeline(Readable.from(source), createGunzip(), () => undefined)[Symbol.asyncIterator]();
}

async function nextOf(reader: AsyncIterator<Buffer>, name: string): Promise<Buffer | undefined> {
  try {
    const next = await reader.next();
    return next.done ? undefined : next.value;
  } catch (error) {
    if (!codeOf(error).startsWith('Z_')) throw error;
    throw new HoldfastError('INVALID_ARGUMENT', `${name} is not a whole gzip file.`, { cause: error });
  }
}
