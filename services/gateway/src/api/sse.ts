import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import type { agentpb } from '@holdfast/protocol';

import { eventData } from './wire.ts';

/** How long a browser waits before it comes back, milliseconds. */
const RETRY_MS = 1000;

/** One frame of an event stream. */
export function frameOf(event: agentpb.Event): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(eventData(event))}\n\n`;
}

/**
 * Writes events as they come until they end or `signal` aborts. The next event is pulled only when the socket has taken
 * the one before: a reader that stalls stalls the source, and nothing piles up here.
 *
 * @param heartbeatMs time between comments on a silent stream, so that proxies keep it open and a dead peer is noticed
 * @throws whatever the source throws.
 */
export async function writeEvents(
  out: ServerResponse,
  events: AsyncIterator<agentpb.WatchResponse>,
  heartbeatMs: number,
  signal: AbortSignal,
): Promise<void> {
  let blocked = false;
  const aborted = new Promise<{ done: true; value: undefined }>((resolve) => {
    const end = () => resolve({ done: true, value: undefined });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  const write = async (text: string) => {
    if (out.write(text) || signal.aborted) return;
    blocked = true;
    // An abort while waiting is the end of the stream, which the loop sees by itself.
    await once(out, 'drain', { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    blocked = false;
  };
  const heartbeat = setInterval(() => {
    if (!blocked) out.write(': heartbeat\n\n');
  }, heartbeatMs);
  try {
    await write(`retry: ${RETRY_MS}\n\n`);
    while (!signal.aborted) {
      const next = await Promise.race([events.next(), aborted]);
      if (next.done) return;
      if (next.value.event) await write(frameOf(next.value.event));
    }
  } finally {
    clearInterval(heartbeat);
  }
}
