import type { HoldfastError } from '@holdfast/protocol';

/** How often and how long something is tried. */
export interface Retries {
  /** Attempts per model, the first included. */
  readonly attempts: number;
  /** The longest first wait, milliseconds; it doubles with each attempt. Each wait is anything from 0 to that. */
  readonly baseMs: number;
  /** The longest single wait, milliseconds. A provider that asks for a longer one is given up. */
  readonly maxMs: number;
}

/** The codes of failures that pass: the same request may succeed later. */
export const RETRIED: ReadonlySet<string> = new Set(['MODEL_UNAVAILABLE', 'MODEL_RATE_LIMITED', 'MODEL_MALFORMED']);

/**
 * Milliseconds to wait before the same is asked again (full jitter, never shorter than its Retry-After); undefined when
 * it is not asked again.
 *
 * @param attempt of the one that failed, from 1
 * @param random from 0 up to, but not including, 1
 */
export function retryWait(
  failure: HoldfastError,
  attempt: number,
  retries: Retries,
  random: () => number,
): number | undefined {
  if (!RETRIED.has(failure.code) || attempt >= retries.attempts) return undefined;
  const asked = failure.details['retryAfterMs'];
  const jitter = random() * Math.min(retries.maxMs, retries.baseMs * 2 ** (attempt - 1));
  const afterMs = Math.ceil((typeof asked === 'number' ? asked : 0) + jitter);
  return typeof asked === 'number' && asked > retries.maxMs ? undefined : afterMs;
}
