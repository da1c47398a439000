/** One version of a file. */
export interface Version {
  readonly sha256: string;
  readonly size: number;
  readonly kept: boolean;
  readonly binary: boolean;
}

/** What one call did to one file. */
export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
  readonly before: Version | null;
  readonly after: Version | null;
}

/** What one call did to the files of the workspace. */
export interface Change {
  readonly n: number;
  readonly action_id: string;
  readonly files: readonly FileChange[];
}

/** A file as it was before the run touched it, and as it is at a checkpoint. */
export interface ChangedFile extends FileChange {
  /** The calls that changed it, in order. */
  readonly by: readonly string[];
}

/**
 * The files that differ from how the run found them, after the calls that had ended where the scrubber stands.
 *
 * @param ended whether the action of this id had its outcome then
 */
export function filesAt(changes: readonly Change[], ended: (actionId: string) => boolean): ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const { action_id: actionId, files: changed } of changes) {
    if (!ended(actionId)) continue;
    for (const { after, before, path } of changed) {
      const known = files.get(path);
      const first = known ? known.before : before;
      const by = [...(known?.by ?? []), actionId];
      files.set(path, { path, before: first, after, by, change: changeOf(first, after) });
    }
  }
  return [...files.values()]
    .filter(({ after, before }) => before?.sha256 !== after?.sha256)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function changeOf(before: Version | null, after: Version | null): FileChange['change'] {
  if (!before) return 'added';
  return after ? 'modified' : 'deleted';
}
