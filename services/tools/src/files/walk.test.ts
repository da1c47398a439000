import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { locate, type Places } from './virtual-path.ts';
import { holdFolder, holdParent, openBeneath } from './walk.ts';

let root: string;
let places: Places;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-walk-'));
  places = { workspace: join(root, 'w'), inputs: new Map() };
  await mkdir(join(root, 'w', 'd'), { recursive: true });
  await writeFile(join(root, 'w', 'd', 'x'), 'inside');
  await writeFile(join(root, 'y'), 'outside');
  await symlink('d', join(root, 'w', 'in'));
  await symlink(root, join(root, 'w', 'out'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe.each([{ byDescriptor: true }, { byDescriptor: false }])('a walk (QA-4), $byDescriptor', (options) => {
  it.skipIf(options.byDescriptor && process.platform !== 'linux')(
    `stays inside${options.byDescriptor ? ', on Linux' : ''}`,
    async () => {
      for (const path of ['d/x', 'in/x', '/workspace/in/../d/x']) {
        const handle = await openBeneath(locate(path, places), places, options);
        expect(await handle.readFile('utf8')).toBe('inside');
        await handle.close();
      }
      for (const path of ['out/y', 'out']) {
        await expect(openBeneath(locate(path, places), places, options)).rejects.toSatisfy((error) =>
          HoldfastError.has(error, 'REFUSED'),
        );
      }
      await expect(holdParent(locate('out/z', places), places, options)).rejects.toThrow('out of the folders');
    },
  );

  it.skipIf(options.byDescriptor && process.platform !== 'linux')(
    `makes folders and holds them${options.byDescriptor ? ', on Linux' : ''}`,
    async () => {
      const location = locate('d/new/deep/file', places);
      const folder = await holdParent(location, places, { ...options, made: async () => undefined });
      await writeFile(folder.entry('file'), 'made');
      await folder.close();
      expect(await readFile(join(root, 'w/d/new/deep/file'), 'utf8')).toBe('made');
      await expect(holdFolder(locate('d/x', places), places, options)).rejects.toThrow('not a folder');
    },
  );
});
