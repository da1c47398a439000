import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeDataDir } from './data-dir.ts';

describe('the data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-data-dir-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made with its parents, for its owner alone, and may be there already', async () => {
    const path = join(folder, 'a/b/c');
    await makeDataDir(path);
    await makeDataDir(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is refused where it cannot be, and does not hang', async () => {
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file/below')]) {
      await expect(makeDataDir(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
  });

  it('is refused below a file system that takes no folders', async (context) => {
    if (process.platform !== 'linux') return context.skip('only Linux has /proc');
    await expect(makeDataDir('/proc/holdfast/data')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
