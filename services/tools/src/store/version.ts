import type { Row } from '@holdfast/storage';

/** One version of a shared file. */
export interface Version {
  readonly path: string;
  /** 1 for the first, one more for each. */
  readonly n: number;
  /** Of the content, hex; empty: the file was deleted here. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Who wrote it: a user or API key. */
  readonly subject: string;
  /** The run that wrote it; empty for people. */
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
  /** The version that the writer began from; 0: none, or it did not say. */
  readonly base: number;
  /** The fencing token of the write. */
  readonly fence: number;
  readonly deleted: boolean;
}

/** The columns of {@link versionOf}. */
export const VERSION_COLUMNS = 'v.path, v.n, v.sha256, v.size, v.subject, v.run_id, v.at, v.message, v.base, v.fence';

/** A row of store_version. */
export function versionOf(row: Row): Version {
  const sha256 = row['sha256'];
  return {
    path: String(row['path']),
    n: Number(row['n']),
    sha256: typeof sha256 === 'string' ? sha256 : '',
    size: Number(row['size']),
    subject: String(row['subject']),
    runId: String(row['run_id']),
    at: Number(row['at']),
    message: String(row['message']),
    base: Number(row['base']),
    fence: Number(row['fence']),
    deleted: typeof sha256 !== 'string',
  };
}
