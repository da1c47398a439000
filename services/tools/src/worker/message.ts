import type { ErrorBody, JsonObject } from '@holdfast/protocol';

/** What a worker is started with. */
export interface ToWorker {
  readonly args: JsonObject;
  readonly workspace: string;
  /** Host paths by name. */
  readonly inputs: readonly (readonly [string, string])[];
}

/** What a worker says. */
export type FromWorker =
  | { readonly type: 'progress'; readonly fraction: number; readonly message: string }
  | { readonly type: 'result'; readonly value: JsonObject }
  | { readonly type: 'error'; readonly error: ErrorBody };
