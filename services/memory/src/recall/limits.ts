import { HoldfastError } from '@holdfast/protocol';

/** Why a source is missing from an answer. */
export interface Missing {
  readonly source: 'bm25' | 'dense' | 'graph' | 'rerank';
  readonly reason: string;
}

/** What came of asking one source. */
export interface Asked<Result> {
  readonly result: Result | undefined;
  readonly missing: Missing | undefined;
  readonly tookMs: number;
}

/** How long a source may take, who may end it before, and by which clock. */
export interface Bounds {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly monotonic: () => number;
}

/**
 * Asks one source: whatever it fails of becomes a reason, so that the others can answer. It is given up on when its time
 * is over, whether it listens to the signal or not.
 *
 * @throws HoldfastError CANCELED where the caller's own signal ends it
 */
export async function asked<Result>(
  source: Missing['source'],
  { timeoutMs, signal, monotonic }: Bounds,
  ask: (signal: AbortSignal) => Promise<Result>,
): Promise<Asked<Result>> {
  const began = monotonic();
  const ending = new AbortController();
  const late = Promise.withResolvers<never>();
  const end = (error: HoldfastError) => {
    late.reject(error);
    ending.abort(error);
  };
  const canceled = () => end(new HoldfastError('CANCELED', 'The recall was canceled. Nothing was changed.'));
  const timer = setTimeout(
    () => end(new HoldfastError('TIMED_OUT', `It did not answer within ${timeoutMs} ms.`)),
    timeoutMs,
  );
  signal?.addEventListener('abort', canceled, { once: true });
  if (signal?.aborted) canceled();
  try {
    const result = await Promise.race([ask(ending.signal), late.promise]);
    return { result, missing: undefined, tookMs: monotonic() - began };
  } catch (error) {
    if (signal?.aborted) throw HoldfastError.from(error);
    return { result: undefined, missing: { source, reason: reasonOf(error) }, tookMs: monotonic() - began };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', canceled);
  }
}

function reasonOf(error: unknown): string {
  return HoldfastError.from(error).message;
}
