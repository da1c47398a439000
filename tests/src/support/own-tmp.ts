import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for temporary files, in place of the one that all tests share, until `remove`. */
export function ownTmp(): { list(): Promise<string[]>; remove(): void } {
  const before = process.env['TMPDIR'];
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tmp-'));
  process.env['TMPDIR'] = folder;
  return {
    list: () => readdir(folder),
    remove() {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
