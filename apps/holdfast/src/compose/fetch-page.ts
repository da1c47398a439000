import type { FetchPage } from '@holdfast/memory';
import { HoldfastError } from '@holdfast/protocol';

const MOST_REDIRECTS = 5;

/**
 * Fetches documents by a `fetch` that hands redirects back: each address on the way is looked at by the egress policy.
 *
 * The function throws HoldfastError: TOO_LARGE, NOT_FOUND where the server has no such page, UNAVAILABLE where it does
 * not answer, and what the policy refuses.
 */
export function pageFetcher(
  fetchOf: (url: string, init: RequestInit) => Promise<Response>,
  maxBytes: number,
): FetchPage {
  return async (wanted, signal) => {
    let url = wanted;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const response = await fetchOf(url, { redirect: 'manual', signal, headers: { accept: '*/*' } });
      const next = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && next !== null) {
        await response.body?.cancel();
        url = new URL(next, url).href;
        continue;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new HoldfastError(
          response.status === 404 || response.status === 410 ? 'NOT_FOUND' : 'UNAVAILABLE',
          `${url} answered ${response.status}. Nothing was kept; look whether the address is right.`,
        );
      }
      return { content: await bytesOf(response, maxBytes), type: response.headers.get('content-type') ?? '', url };
    }
    throw new HoldfastError('UNAVAILABLE', `${wanted} redirects more than ${MOST_REDIRECTS} times. Nothing was kept.`);
  };
}

async function bytesOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > maxBytes) {
      throw new HoldfastError(
        'TOO_LARGE',
        `The document is larger than ${maxBytes} bytes (memory.documents.max_bytes). Nothing was kept.`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
