import type { JsonObject, JsonValue } from './values.ts';

/** Which run a call belongs to. */
export interface RunInfo {
  readonly tenant: string;
  readonly runId: string;
}

/** What crosses to the host of a skill. */
export type ToHost =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly tool: string;
      readonly args: JsonObject;
      readonly run: RunInfo;
      readonly actionId: string;
      readonly idempotencyKey: string;
      readonly attempt: number;
    }
  | { readonly type: 'cancel'; readonly id: number }
  /** A run has ended: what lives as long as it is disposed of. */
  | { readonly type: 'release'; readonly id: number; readonly run: RunInfo }
  /** Everything is disposed of; the host then ends by itself. */
  | { readonly type: 'unload'; readonly id: number }
  | { readonly type: 'answer'; readonly ask: number; readonly value: JsonValue }
  | { readonly type: 'refuse'; readonly ask: number; readonly code: string; readonly message: string };

/** How the host describes one tool. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
  readonly effect: 'read' | 'idempotent' | 'write';
  readonly approval: 'none' | 'always';
  /** Time-out of one call, milliseconds. */
  readonly timeoutMs: number;
}

/** What the host of a skill says. */
export type FromHost =
  | { readonly type: 'loaded'; readonly tools: readonly ToolDescription[]; readonly needs: readonly string[] }
  | { readonly type: 'failed'; readonly message: string; readonly stack: string; readonly file: string }
  | { readonly type: 'result'; readonly id: number; readonly value: JsonObject }
  | { readonly type: 'error'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'progress'; readonly id: number; readonly fraction: number; readonly message: string }
  /** What was asked to be disposed of is. `problems`: what disposing threw. */
  | { readonly type: 'done'; readonly id: number; readonly problems: readonly string[] }
  | {
      readonly type: 'ask';
      readonly ask: number;
      /** The call on whose behalf; 0: of none. */
      readonly call: number;
      readonly provider: string;
      readonly method: string;
      readonly args: JsonObject;
    };
