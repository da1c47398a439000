import type { ErrorBody } from '@holdfast/protocol';

import type { Format, ReadBounds } from './block.ts';
import type { Chunk } from './chunk.ts';

/** What is to be read. */
export interface ToRead {
  readonly format: Format;
  readonly content: Uint8Array;
  /** Names the encoding, where it does. */
  readonly mediaType: string;
  readonly bounds: ReadBounds;
}

/** A document, read and cut. */
export interface ReadDocument {
  readonly title: string;
  readonly chunks: readonly Chunk[];
}

/** What the thread answers. */
export type FromReader =
  | { readonly type: 'result'; readonly value: ReadDocument }
  | { readonly type: 'error'; readonly error: ErrorBody };
