import type { FileEntry } from './files.ts';

/** What clients of the API attached to files. It goes with a file where the API moves it, and only there. */
export class FileMetadata {
  readonly #byPath = new Map<string, Readonly<Record<string, string>>>();

  /** The entry, with what was attached to it. */
  addTo(entry: FileEntry): FileEntry {
    const metadata = this.#byPath.get(entry.path);
    return metadata ? { ...entry, metadata } : entry;
  }

  /** Replaces what was attached. */
  set(path: string, metadata: Readonly<Record<string, string>>): void {
    if (Object.keys(metadata).length > 0) this.#byPath.set(path, metadata);
    else this.#byPath.delete(path);
  }

  /** With all that is below. */
  move(source: string, destination: string): void {
    const moved = [...this.#byPath].filter(([path]) => isWithin(path, source));
    this.remove(destination);
    for (const [path, metadata] of moved) {
      this.#byPath.delete(path);
      this.#byPath.set(destination + path.slice(source.length), metadata);
    }
  }

  /** With all that is below. */
  remove(folder: string): void {
    for (const path of this.#byPath.keys()) if (isWithin(path, folder)) this.#byPath.delete(path);
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
