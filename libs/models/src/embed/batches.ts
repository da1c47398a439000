import { HoldfastError } from '@holdfast/protocol';

/**
 * Does work on a list of any length in parts, one after the other.
 *
 * @param size of a part at most
 * @param name whose work it is, for the sentence of CANCELED
 */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  name: string,
  signal: AbortSignal | undefined,
  work: (part: readonly T[]) => Promise<readonly R[]> | readonly R[],
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += size) {
    if (signal?.aborted) {
      throw new HoldfastError('CANCELED', `${name}: it was cancelled before it had an answer.`, {
        cause: signal.reason,
      });
    }
    results.push(...(await work(items.slice(at, at + size))));
  }
  return results;
}
