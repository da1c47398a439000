import type { ServerResponse } from 'node:http';

import type { agentpb } from '@holdfast/protocol';

import { eventData } from './wire.ts';

/** How long a browser waits before it comes back, milliseconds. */
const RETRY_MS = 1000;
const RETRY = Buffer.from(`retry: ${RETRY_MS}\n\n`);
/** Bytes that may wait in this process for one reader: little, since thousands may stall at once. */
const WINDOW_BYTES = 8 * 1024;

/**
 * Frames by event: the viewers of one run share the event, and so its frame, which is made once and kept no longer. They
 * are bytes, since of text that waits for a socket Node keeps a copy for each, in a buffer of three times its length.
 */
const frames = new WeakMap<agentpb.Event, Buffer>();

/** One frame of an event stream, in UTF-8. */
function frameOf(event: agentpb.Event): Buffer {
  const made = frames.get(event);
  if (made !== undefined) return made;
  const frame = Buffer.from(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(eventData(event))}\n\n`);
  frames.set(event, frame);
  return frame;
}

/**
 * Writes events as they come until they end or `signal` aborts. The next event is pulled only when the socket has taken
 * all but the last few KB: a reader that stalls stalls the source, and nothing piles up here.
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
  let interrupt = () => {};
  const onAbort = () => interrupt();
  signal.addEventListener('abort', onAbort, { once: true });
  // Not Promise.race with one promise for the abort: that would keep a reaction for every event of a long stream.
  const unlessAborted = <T>(wait: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      interrupt = () => resolve(undefined);
      wait.then(resolve, reject);
      if (signal.aborted) interrupt();
    });
  let blocked = false;
  const write = async (frame: Buffer) => {
    if (out.writableLength + frame.length < WINDOW_BYTES) {
      out.write(frame);
      return;
    }
    blocked = true;
    await unlessAborted(new Promise<void>((resolve) => out.write(frame, () => resolve())));
    blocked = false;
  };
  const heartbeat = setInterval(() => {
    if (!blocked) out.write(': heartbeat\n\n');
  }, heartbeatMs);
  try {
    await write(RETRY);
    // A socket that is gone takes everything at once and forgets it: the source would run on before 'close' is told.
    while (!signal.aborted && !out.destroyed && out.socket?.destroyed !== true) {
      const next = await unlessAborted(events.next());
      if (!next || next.done) return;
      if (next.value.event) await write(frameOf(next.value.event));
    }
  } finally {
    clearInterval(heartbeat);
    signal.removeEventListener('abort', onAbort);
  }
}
