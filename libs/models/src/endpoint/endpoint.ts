import { HoldfastError } from '@holdfast/protocol';

import { type ModelClock, type Sleep, systemSleep } from '../clock.ts';
import type { Environment } from '../discover.ts';
import { type Retries, retryWait } from '../retry.ts';
import { type EndpointFields, keyOf } from './config.ts';
import { post } from './post.ts';

/** What a server with a model is asked with. */
export interface EndpointDeps {
  readonly env: Environment;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: ModelClock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** How to wait between attempts. Default: in real time. */
  readonly sleep?: Sleep;
}

/** One URL that takes JSON and gives JSON. */
export interface Endpoint {
  /** Whose it is, for the sentences of errors. */
  readonly id: string;
  /**
   * Sends one request, again where it failed for a time.
   *
   * @param read makes the result of the answer; throws MODEL_MALFORMED where it cannot be used
   * @throws HoldfastError MODEL_UNAVAILABLE, MODEL_RATE_LIMITED, MODEL_MALFORMED (after all attempts), MODEL_REJECTED, CANCELED.
   */
  ask<T>(body: object, read: (answer: unknown) => T, signal?: AbortSignal): Promise<T>;
}

/** Makes the endpoint of a configured server. Throws MODEL_UNAVAILABLE where its key is missing. */
export function openEndpoint(id: string, url: string, config: EndpointFields, deps: EndpointDeps): Endpoint {
  const apiKey = keyOf(id, config, deps.env);
  const { attempts, base_ms: baseMs, max_ms: maxMs } = config.retries;
  const retries: Retries = { attempts, baseMs, maxMs };
  const { sleep = systemSleep } = deps;
  const target = { id, url, apiKey, timeoutMs: config.timeout_ms, fetch: deps.fetch, now: () => deps.clock.now() };
  return {
    id,
    async ask(body, read, signal = new AbortController().signal) {
      const text = JSON.stringify(body);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return read(await post(target, text, signal));
        } catch (error) {
          const failure = HoldfastError.from(error);
          const afterMs = retryWait(failure, attempt, retries, deps.random);
          if (afterMs === undefined) throw attempt === 1 ? failure : repeated(failure, attempt);
          await waited(sleep(afterMs, signal), id);
        }
      }
    },
  };
}

/** The error for an answer that cannot be used. */
export function malformed(id: string, what: string, cause?: unknown): HoldfastError {
  const message = `${id}: ${what}. Nothing of the answer was used. Check that the server has this model, and that its url is right.`;
  return new HoldfastError('MODEL_MALFORMED', message, { cause });
}

function repeated(failure: HoldfastError, attempts: number): HoldfastError {
  return new HoldfastError(failure.code, `${failure.message} It was asked ${attempts} times.`, {
    cause: failure.cause,
    details: failure.details,
  });
}

async function waited(wait: Promise<void>, id: string): Promise<void> {
  try {
    await wait;
  } catch (error) {
    throw HoldfastError.from(error, 'CANCELED', `${id}: it was cancelled before it had an answer.`);
  }
}
