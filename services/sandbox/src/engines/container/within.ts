import { HoldfastError } from '@holdfast/protocol';

/** What comes of `waiting`, if it comes in time. Throws SANDBOX_UNAVAILABLE otherwise. */
export async function within<T>(ms: number, waiting: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new HoldfastError('SANDBOX_UNAVAILABLE', `The sandbox's agent did not come in ${ms / 1000} seconds.`));
  }, ms);
  try {
    return await Promise.race([waiting, promise]);
  } finally {
    clearTimeout(timer);
  }
}
