import type { Duplex } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';

import type { ClientHello } from './client-hello.ts';
import { HelloReader } from './hello-reader.ts';

/** How a tunnel begins: `nothing` when the client left without a word. `bytes` have been taken from the stream. */
export type Beginning =
  | { readonly kind: 'tls'; readonly hello: ClientHello; readonly bytes: Buffer }
  | { readonly kind: 'other'; readonly why: string; readonly bytes: Buffer }
  | { readonly kind: 'incomplete'; readonly why: string }
  | { readonly kind: 'nothing' };

/** Reads from `stream` just so much that it is known how it begins, for at most `limitMs`. */
export async function peekBeginning(stream: Duplex, limitMs: number): Promise<Beginning> {
  const reader = new HelloReader();
  const chunks: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<Beginning>();
  const onReadable = () => {
    for (let chunk = take(stream); chunk; chunk = take(stream)) {
      chunks.push(chunk);
      try {
        const hello = reader.push(chunk);
        if (!hello) continue;
        resolve({ kind: 'tls', hello, bytes: Buffer.concat(chunks) });
      } catch (error) {
        if (!HoldfastError.has(error, 'INVALID_ARGUMENT')) throw error;
        resolve({ kind: 'other', why: error.message, bytes: Buffer.concat(chunks) });
      }
      stop();
      return;
    }
  };
  const onEnd = () => {
    resolve(chunks.length === 0 ? { kind: 'nothing' } : { kind: 'incomplete', why: 'it ended within the ClientHello' });
  };
  const timer = setTimeout(
    () => resolve({ kind: 'incomplete', why: `no whole ClientHello came within ${limitMs} ms` }),
    limitMs,
  );
  const stop = () => {
    clearTimeout(timer);
    stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd);
  };
  stream.on('readable', onReadable).once('end', onEnd).once('close', onEnd);
  if (stream.destroyed) onEnd();
  try {
    return await promise;
  } finally {
    stop();
  }
}

function take(stream: Duplex): Buffer | null {
  return stream.read() as Buffer | null;
}
