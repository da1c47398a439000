import { HoldfastError } from '@holdfast/protocol';

/** What is watched while an answer comes in. */
export interface Watch {
  /** Ends the request; the reason is a HoldfastError that says why. */
  readonly abort: (reason: HoldfastError) => void;
  /** How long the provider may send nothing while it is waited for, milliseconds. */
  readonly idleMs: number;
  /** Bytes that may come without one part of the answer being complete. */
  readonly maxBytesPerPart: number;
  /** Bytes since the latest part; its reader sets it to 0. */
  bytes: number;
}

/**
 * A `fetch` whose request ends when nothing comes for `idleMs`, or more than `maxBytesPerPart` comes without an end.
 *
 * Bytes are pulled one chunk at a time and only when asked for: while the reader waits, nothing is read from the
 * socket and the clock stands still.
 *
 * @param watchOf the watch of the call that a request belongs to, told by the signal that it is made with
 */
export function watchedFetch(
  fetch: typeof globalThis.fetch,
  name: string,
  watchOf: (signal: AbortSignal | null | undefined) => Watch,
): typeof globalThis.fetch {
  return async (input, init) => {
    const watch = watchOf(init?.signal);
    const clock = idleClock(name, watch);
    const response = await clock.during(fetch(input, init));
    if (!response.body) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await clock.during(reader.read());
          if (done) {
            controller.close();
            return;
          }
          watch.bytes += value.byteLength;
          if (watch.bytes > watch.maxBytesPerPart) {
            const error = new HoldfastError(
              'MODEL_MALFORMED',
              `${name} has sent ${watch.bytes} bytes without completing a part of its answer.`,
            );
            watch.abort(error);
            throw error;
          }
          controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
}

/** Ends the call of `watch` when one wait is longer than it may be. */
function idleClock(name: string, watch: Watch): { during<T>(work: Promise<T>): Promise<T> } {
  const idle = () => {
    watch.abort(
      new HoldfastError('MODEL_UNAVAILABLE', `${name} has sent nothing for ${Math.round(watch.idleMs / 1000)} s.`),
    );
  };
  return {
    async during(work) {
      const timer = setTimeout(idle, watch.idleMs);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
