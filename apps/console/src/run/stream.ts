import { createParser } from 'eventsource-parser';

import { isAfter, type RunEvent } from './event.ts';

/** How the connection to a run's events is. */
export type Connection =
  | { readonly state: 'connecting' | 'live' | 'ended' }
  /** It broke and is tried again at `at`, epoch milliseconds. */
  | { readonly state: 'retrying'; readonly at: number; readonly attempt: number }
  /** It cannot be had: the run is not there, or may not be seen. */
  | { readonly state: 'failed'; readonly status: number };

/** What a watcher needs, and whom it tells. */
export interface WatchOptions {
  /** Such as `/api/v1/runs/run_1/events`. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  readonly random: () => number;
  /** Events in order, each once; the next are read only when it resolves: a slow page slows the run down (AG-4). */
  readonly onEvents: (events: readonly RunEvent[]) => Promise<void>;
  readonly onConnection: (connection: Connection) => void;
  readonly signal: AbortSignal;
}

/** The server sends a comment at least every 15 s; after so much silence the connection is taken for dead. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * Follows a run until it has ended, over any number of broken connections and restarts of the server: after each it asks
 * for what follows the last event that it has, so that nothing is lost and nothing is told twice.
 */
export async function watchRun(options: WatchOptions): Promise<void> {
  const { now, onConnection, random, signal } = options;
  let last = '';
  let attempt = 0;
  while (!signal.aborted) {
    if (attempt === 0) onConnection({ state: 'connecting' });
    const began = last;
    const end = await readOnce(options, last, (id) => {
      last = id;
    });
    if (signal.aborted) return;
    if (end.state === 'ended' || end.state === 'failed') {
      onConnection(end);
      return;
    }
    attempt = last === began ? attempt + 1 : 1;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + random() / 2);
    onConnection({ state: 'retrying', at: now() + wait, attempt });
    await pause(wait, signal);
  }
}

type End = { state: 'ended' } | { state: 'failed'; status: number } | { state: 'broken' };

async function readOnce(options: WatchOptions, after: string, seen: (id: string) => void): Promise<End> {
  const { onConnection, onEvents, signal, url } = options;
  const dead = new AbortController();
  const leave = () => dead.abort();
  signal.addEventListener('abort', leave, { once: true });
  let timer = setTimeout(leave, SILENCE_MS);
  let last = after;
  let ended = false;
  try {
    const response = await options.fetch(url, {
      headers: { accept: 'text/event-stream', ...(after === '' ? {} : { 'last-event-id': after }) },
      credentials: 'same-origin',
      signal: dead.signal,
    });
    if (response.status === 204) return { state: 'ended' };
    if ([401, 403, 404].includes(response.status)) return { state: 'failed', status: response.status };
    if (!response.ok || !response.body) return { state: 'broken' };
    onConnection({ state: 'live' });
    let batch: RunEvent[] = [];
    const parser = createParser({
      onEvent({ data, event = '', id = '' }) {
        // An error of the stream has no id: the connection ends after it, and is made again.
        if (id === '' || (last !== '' && !isAfter(id, last))) return;
        last = id;
        ended ||= event === 'run.ended';
        const { at, ...rest } = JSON.parse(data) as { at: string } & Record<string, unknown>;
        batch.push({ id, type: event, at: Date.parse(at), data: rest });
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      timer = setTimeout(leave, SILENCE_MS);
      parser.feed(value);
      if (batch.length === 0) continue;
      const events = batch;
      batch = [];
      await onEvents(events);
      seen(last);
    }
    return ended ? { state: 'ended' } : { state: 'broken' };
  } catch (error) {
    // The server is away, the network broke, or the silence was too long: all of them end in another try.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'AbortError')) {
      return { state: 'broken' };
    }
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    dead.abort();
  }
}

/** Waits so long, or until `signal` is aborted: both are no error. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
