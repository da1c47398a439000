import { HoldfastError } from '@holdfast/protocol';

/** Waits for something of a machine, but not for ever. Throws SANDBOX_UNAVAILABLE with `what` after `ms` milliseconds. */
export async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new HoldfastError('SANDBOX_UNAVAILABLE', `${what} within ${ms / 1000} s.`)),
    ms,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
