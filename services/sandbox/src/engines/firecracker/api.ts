import { request } from 'node:http';
import { text } from 'node:stream/consumers';

import { HoldfastError } from '@holdfast/protocol';

import type { FirecrackerCall } from './contract.ts';

/** A call takes milliseconds, but for saving and loading, which take as long as the disk needs for the memory. */
const CALL_MS = 120_000;

/**
 * Asks a Firecracker process for something. `socket`: its API socket. Throws SANDBOX_UNAVAILABLE with what Firecracker
 * said when it refuses, or when nobody answers.
 */
export async function callFirecracker(socket: string, { method, path, body }: FirecrackerCall): Promise<void> {
  const content = JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; said: string }>();
  const sent = request({
    socketPath: socket,
    agent: false,
    method,
    path,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) },
    signal: AbortSignal.timeout(CALL_MS),
  });
  sent.once('error', reject);
  sent.once('response', (response) => {
    text(response).then((said) => resolve({ status: response.statusCode ?? 0, said }), reject);
  });
  sent.end(content);
  let answer: { status: number; said: string };
  try {
    answer = await promise;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HoldfastError('SANDBOX_UNAVAILABLE', `Firecracker did not answer ${method} ${path}: ${why}.`, {
      cause: error,
    });
  }
  if (answer.status === 204) return;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    `Firecracker refused ${method} ${path} with status ${answer.status}: ${answer.said.slice(0, 500)}`,
  );
}
