import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { findProgram } from '../../host/find-program.ts';
import { cpioArchive } from './cpio.ts';

it('writes what a cpio program reads: folders, links, files of every length', async (ctx) => {
  const busybox = await findProgram('busybox');
  if (!busybox) return ctx.skip('busybox, which reads the archive here, is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cpio-'));
  try {
    const contents = [0, 1, 2, 3, 4, 5, 1000].map((length) => Buffer.alloc(length, 'x'));
    const archive = cpioArchive([
      { path: 'sub', kind: 'folder' },
      { path: 'sub/link', kind: 'link', target: '../somewhere' },
      ...contents.map((content, i) => ({ path: `sub/${i}`, kind: 'file', content, mode: 0o750 }) as const),
    ]);
    await new Promise<void>((resolve, reject) => {
      const reader = execFile(busybox, ['cpio', '-i', '-m'], { cwd: folder }, (error) =>
        error ? reject(error) : resolve(),
      );
      reader.stdin?.end(archive);
    });
    for (const [i, content] of contents.entries()) {
      expect(await readFile(join(folder, 'sub', String(i)))).toEqual(content);
    }
    expect((await stat(join(folder, 'sub/6'))).mode & 0o777).toBe(0o750);
    expect(await readlink(join(folder, 'sub/link'))).toBe('../somewhere');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('gives the same bytes for the same entries: they are part of an address', () => {
  const make = (): Buffer => cpioArchive([{ path: 'a', kind: 'file', content: Buffer.from('b'), mode: 0o644 }]);
  expect(make()).toEqual(make());
});
