/** What lies on one side: undefined where there is no such file. */
export interface Side {
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A file as both sides have it, and as they had it when they were last alike. */
export interface Entry {
  readonly path: string;
  readonly here: Side | undefined;
  /** `sha256` is empty where it was deleted there. */
  readonly there: (Side & { readonly version: number }) | undefined;
  readonly before: { readonly sha256: string; readonly version: number } | undefined;
}

/** What is to be done with a file. `settled`: nothing but to remember that both are alike. */
export type Step =
  | 'settled'
  | 'upload'
  | 'download'
  | 'delete-there'
  | 'delete-here'
  | 'conflict'
  | 'gone-there'
  | 'nothing';

/**
 * What makes both sides alike, without losing what either changed. A file that changed on one side goes to the other;
 * one that changed on both is a conflict, and stays as it is on both. Deletions are carried over only where asked for.
 */
export function stepOf({ here, there, before }: Entry, deletions: boolean): Step {
  const now = there?.sha256 || undefined;
  if (here?.sha256 === now) return here === undefined ? 'nothing' : 'settled';
  if (before === undefined) {
    if (here === undefined) return 'download';
    // Deleted there before this folder knew of it: a new file here is a new version of it.
    return now === undefined ? 'upload' : 'conflict';
  }
  const changedHere = here?.sha256 !== before.sha256;
  const changedThere = there?.version !== before.version;
  if (changedHere && changedThere) {
    // What is gone on one side and changed on the other: the change wins, since nothing of it can be had back.
    if (here === undefined) return 'download';
    return now === undefined ? 'upload' : 'conflict';
  }
  if (changedHere) return here === undefined ? (deletions ? 'delete-there' : 'download') : 'upload';
  if (now === undefined) return deletions ? 'delete-here' : 'gone-there';
  return 'download';
}
