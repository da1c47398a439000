import { HoldfastError } from '@holdfast/protocol';

/**
 * Does something for so long at most, also where it does not heed its signal. @throws HoldfastError TIMED_OUT, and what
 * `work` throws.
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new HoldfastError('TIMED_OUT', `It did not answer within ${ms} ms.`);
    limit.abort(error);
    late.reject(error);
  }, ms);
  try {
    return await Promise.race([work(limit.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
