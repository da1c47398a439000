import createClient from 'openapi-fetch';

import { ApiError, type ErrorBody } from './error.ts';
import type { components, paths } from './schema.gen.ts';

/** A schema of the API by its name, such as `Schema<'Run'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
/** A run as the API shows it. */
export type Run = Schema<'Run'>;
/** An action as the API shows it. */
export type Action = Schema<'Action'>;

/** The API of this very server, with the visitor's cookie. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });

/** What `openapi-fetch` resolves to, as far as it is read here. */
interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The body of an answer.
 *
 * @throws ApiError where the server refused or failed, or could not be reached. Who is not logged in is sent to log in.
 */
export async function ask<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (cause) {
    throw new ApiError({ code: 'OFFLINE', message: '' }, 0, cause);
  }
  const { data, error, response } = answer;
  if (response.ok) return data as T;
  if (response.status === 401) logInAgain();
  throw new ApiError(bodyOf(error), response.status);
}

/** Sends the visitor to the log-in page, which leads back to here. */
export function logInAgain(): void {
  const { pathname, search } = window.location;
  window.location.assign(`/login?next=${encodeURIComponent(`${pathname}${search}`)}`);
}

function bodyOf(error: unknown): ErrorBody {
  const body = typeof error === 'object' && error !== null && 'error' in error ? error.error : undefined;
  const known = typeof body === 'object' && body !== null && 'code' in body && 'message' in body;
  return known ? (body as ErrorBody) : { code: 'UNAVAILABLE', message: '' };
}
