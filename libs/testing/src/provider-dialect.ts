import type { JsonObject } from '@holdfast/protocol';

import type { ProviderApi, ProviderRequest, Reply } from './provider-reply.ts';

/** One wire protocol. */
export interface Dialect {
  readonly api: ProviderApi;
  /** The path that requests for answers come to; a first group is the name of the model. */
  readonly path: RegExp;
  /** What the conversation in a request's body holds. */
  count(body: JsonObject, path: RegExpExecArray): Pick<ProviderRequest, 'model' | 'turns' | 'toolResults'>;
  /** The frames of the answer, and then those that close it. */
  frames(request: ProviderRequest, reply: Reply): Generator<string>;
  closing(request: ProviderRequest, reply: Reply): Generator<string>;
  /** An error in the middle of a stream. */
  errorFrame(reply: Reply): string;
  errorBody(reply: Reply): JsonObject;
}

/** The objects of a list; of anything else, none. */
export function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value)
    ? value.filter((item): item is JsonObject => typeof item === 'object' && item !== null)
    : [];
}

/** A text; of anything else, an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
