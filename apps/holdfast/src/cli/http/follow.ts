import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { createParser } from 'eventsource-parser';

import { UnreachableError } from '../exit-code.ts';
import type { RunEvent } from './api.ts';
import type { Client } from './client.ts';

/** How to follow a run. */
export interface FollowOptions {
  readonly client: Client;
  readonly runId: string;
  /** The last event that was seen; empty: from the start. */
  readonly after: string;
  /** Aborting it detaches: the run goes on. */
  readonly signal: AbortSignal;
  /** The connection is lost; it is tried again after `waitMs`. */
  readonly gone: (waitMs: number) => void;
  /** It is there again. */
  readonly back: () => void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
/** A restarted server writes a new local key; between reading the old one and the new one lies a refusal or two. */
const REFUSALS_BORNE = 5;
const MAX_EVENT_CHARS = 32 * 1024 * 1024;

/**
 * The events of a run until it has ended, over as many connections as it takes: each goes on after the last event that
 * was seen, so that nothing is missed or shown twice. Ends early when the signal is aborted.
 *
 * @throws HoldfastError what the server says against it (NOT_FOUND ...).
 */
export async function* followRun(options: FollowOptions): AsyncGenerator<RunEvent> {
  const { client, runId, signal } = options;
  let last = options.after;
  let failures = 0;
  let refusals = 0;
  let lost = false;
  while (!signal.aborted) {
    try {
      const response = await client.open(`/runs/${encodeURIComponent(runId)}/events`, {
        headers: { accept: 'text/event-stream', ...(last === '' ? {} : { 'last-event-id': last }) },
        signal,
      });
      if (lost) options.back();
      lost = false;
      refusals = 0;
      // The run has ended, and its last event was seen before.
      if (response.status === 204) return;
      for await (const event of readEvents(response)) {
        failures = 0;
        last = event.id || last;
        yield event;
        if (event.type === 'run.ended') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (HoldfastError.has(error, 'UNAUTHENTICATED') && lost && refusals < REFUSALS_BORNE) refusals += 1;
      else if (!isPassing(error) || (failures === 0 && last === '' && !lost && error instanceof UnreachableError))
        throw error;
    }
    if (signal.aborted) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + options.random() / 2);
    failures += 1;
    options.gone(waitMs);
    lost = true;
    await options.sleep(waitMs, signal);
  }
}

/** Whether trying again may help. A broken body of a stream is a TypeError of fetch. */
function isPassing(error: unknown): boolean {
  if (!HoldfastError.is(error)) return error instanceof Error;
  return error.code === 'UNAVAILABLE' || error.code === 'STORAGE_UNAVAILABLE' || error.code === 'RATE_LIMITED';
}

async function* readEvents(response: Response): AsyncGenerator<RunEvent> {
  if (!response.body) return;
  const queue: RunEvent[] = [];
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({ id, event, data }) => {
      queue.push({ id: id ?? '', type: event ?? 'message', data: JSON.parse(data) as JsonObject });
    },
  });
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    parser.feed(chunk);
    yield* queue.splice(0);
  }
}
