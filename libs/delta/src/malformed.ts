import { HoldfastError } from '@holdfast/protocol';

/**
 * The error for a signature, a delta or a wish that cannot be worked with.
 *
 * @param what what is wrong with it, as the end of a sentence
 */
export function malformed(what: string): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `The signature or delta cannot be used: ${what}. Nothing was changed; make it again from the file, or send the whole file.`,
  );
}

/**
 * Ends work that nobody waits for any longer.
 *
 * @throws HoldfastError CANCELED, or TIMED_OUT if the signal says that its time was over
 */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw HoldfastError.from(signal.reason, 'CANCELED', 'It was stopped before it had finished; nothing was changed.');
  }
}
