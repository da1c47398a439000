import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { firstFileOfTar } from './first-file-of-tar.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-tar-'));
});
afterEach(() => rm(folder, { recursive: true }));

const tar = (...names: string[]): Buffer => spawnSync('tar', ['-C', folder, '-c', ...names]).stdout;

it('reads the first file, over what is none', async () => {
  await writeFile(join(folder, 'passwd'), 'x'.repeat(1000));
  await symlink('passwd', join(folder, 'link'));
  expect(firstFileOfTar(tar('link', 'passwd')).toString()).toBe('x'.repeat(1000));
});

it('answers nothing where there is none', async () => {
  await symlink('elsewhere', join(folder, 'link'));
  expect(firstFileOfTar(tar('link'))).toHaveLength(0);
  expect(firstFileOfTar(Buffer.from('no archive'))).toHaveLength(0);
});
