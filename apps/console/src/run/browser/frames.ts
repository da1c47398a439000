import { createParser } from 'eventsource-parser';

import { pause } from '../stream.ts';

/** A picture of the page. */
export interface Frame {
  readonly url: string;
  /** JPEG, in base64. */
  readonly jpeg: string;
}

/** How the pictures come. */
export type View = 'connecting' | 'live' | 'broken';

/** What a viewer needs, and whom it tells. */
export interface ViewOptions {
  /** Such as `/api/v1/runs/run_1/browser/live`. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly onFrame: (frame: Frame) => void;
  readonly onView: (view: View) => void;
  readonly signal: AbortSignal;
  /** Milliseconds until it is asked for again after a break. */
  readonly waitMs: number;
  /** The server sends a comment every 15 s; after so many milliseconds of silence the connection is taken for dead. */
  readonly silenceMs: number;
}

/** Shows the pictures until `signal` aborts, over any number of broken connections. */
export async function watchFrames(options: ViewOptions): Promise<void> {
  const { onView, signal, waitMs } = options;
  onView('connecting');
  while (!signal.aborted) {
    await readOnce(options);
    if (signal.aborted) return;
    onView('broken');
    await pause(waitMs, signal);
  }
}

async function readOnce({ fetch, onFrame, onView, signal, silenceMs, url }: ViewOptions): Promise<void> {
  const dead = new AbortController();
  const leave = () => dead.abort();
  signal.addEventListener('abort', leave, { once: true });
  // Before the first picture there is no sign of life: a page that does not change has sent one at the beginning.
  let timer = setTimeout(leave, silenceMs);
  try {
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream' },
      credentials: 'same-origin',
      signal: dead.signal,
    });
    if (!response.ok || !response.body) return;
    const parser = createParser({
      onEvent({ data, event }) {
        if (event !== 'frame') return;
        onView('live');
        onFrame(JSON.parse(data) as Frame);
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(leave, silenceMs);
      parser.feed(next.value);
    }
  } catch (error) {
    // The server is away, the network broke, or the silence was too long: all of them end in another try.
    if (!(error instanceof TypeError || (error instanceof DOMException && error.name === 'AbortError'))) throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    dead.abort();
  }
}
