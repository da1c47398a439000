import type { ErrorBody } from '@holdfast/protocol';

/** What a model is opened for. */
export type FolderTask = 'embed' | 'score';

/** What the thread of a model is started with. */
export interface ThreadStart {
  readonly runtime: string;
  readonly folder: string;
  readonly task: FolderTask;
  readonly maxTokens: number;
}

/** What is asked of the thread. */
export type ThreadRequest =
  | { readonly id: number; readonly type: 'run'; readonly texts: readonly string[]; readonly query: string | undefined }
  | { readonly id: number; readonly type: 'cancel' };

/** What the thread says: first `open` or `failed`, then one answer to each `run`. */
export type ThreadMessage =
  | { readonly type: 'open'; readonly width: number; readonly fingerprint: string }
  | { readonly type: 'failed'; readonly error: ErrorBody }
  | { readonly type: 'done'; readonly id: number; readonly rows: Float32Array }
  | { readonly type: 'error'; readonly id: number; readonly error: ErrorBody };
