import type { ErrorCode } from '@holdfast/protocol';

import type { Viewer } from '../../record.ts';
import type { ShelfFiles } from './row-file.ts';
import type { ShelfOptions } from './shelf.ts';

/** What the worker is started with. */
export interface WorkerSettings extends ShelfOptions {
  readonly dir: string;
}

/** Entries without their vectors, which go in one piece. */
export interface WireEntry {
  readonly seq: number;
  readonly tenant: string;
  readonly user: string;
  readonly agent: string;
}

/** What the worker is asked. */
export type WireRequest =
  | { readonly verb: 'put'; readonly entries: readonly WireEntry[]; readonly vectors: Float32Array }
  | { readonly verb: 'remove'; readonly tenant: string; readonly seqs: readonly number[] }
  | { readonly verb: 'search'; readonly viewer: Viewer; readonly query: Float32Array; readonly wanted: number }
  | { readonly verb: 'seqs'; readonly after: number; readonly limit: number }
  | { readonly verb: 'changed' }
  | { readonly verb: 'writeRows'; readonly tenant: string; readonly file: string }
  | { readonly verb: 'writeGraph'; readonly tenant: string; readonly file: string }
  | { readonly verb: 'saved'; readonly tenants: readonly (readonly [string, number])[] }
  | { readonly verb: 'load'; readonly files: ShelfFiles }
  | { readonly verb: 'clear' };

/** How far the worker is, with every answer and after every step of its own. */
export interface WireState {
  readonly size: number;
  /** Rows that are to be in a graph, and of them those that are not yet. */
  readonly toLink: number;
  readonly unlinked: number;
}

/** What the worker says. */
export type WireResponse =
  | { readonly id: number; readonly value: unknown; readonly state: WireState }
  | { readonly id: number; readonly failure: { readonly code: ErrorCode; readonly message: string } }
  | { readonly state: WireState };
