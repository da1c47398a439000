import { HoldfastError } from '@holdfast/protocol';

/**
 * Does something for so long at most, also where it does not heed its signal.
 *
 * @param stop ends it at once, with its reason
 * @throws HoldfastError TIMED_OUT, and what `work` throws.
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>, stop?: AbortSignal): Promise<T> {
  const limit = new AbortController();
  const late = Promise.withResolvers<never>();
  const end = (error: unknown): void => {
    limit.abort(error);
    late.reject(HoldfastError.from(error));
  };
  const stopped = (): void => end(stop?.reason);
  const timer = setTimeout(() => end(new HoldfastError('TIMED_OUT', `It did not answer within ${ms} ms.`)), ms);
  stop?.addEventListener('abort', stopped, { once: true });
  if (stop?.aborted) stopped();
  try {
    return await Promise.race([work(limit.signal), late.promise]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', stopped);
  }
}
