import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Makes folders below a root that nobody else uses meanwhile. */
export class Folders {
  readonly #root: string;
  readonly #made = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes a folder with those above it; a file or link that has its name gives way. */
  make(path: string): void {
    if (this.#made.has(path)) return;
    const above = path.lastIndexOf('/');
    if (above > 0) this.make(path.slice(0, above));
    const folder = join(this.#root, path);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) unlinkSync(folder);
    if (!found?.isDirectory()) mkdirSync(folder);
    this.#made.add(path);
  }
}
