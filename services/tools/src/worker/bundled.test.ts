import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';

import type { toolModules } from '../modules.ts';
import { openTestTools } from '../testing.ts';

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

it('finds its workers beside the bundle', async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'));
  await build({
    entryPoints: {
      tools: source('modules.ts'),
      'csv-profile-worker': source('csv/worker.ts'),
      'log-profile-worker': source('logs/worker.ts'),
      'page-extract-worker': source('browser/extract/worker.ts'),
    },
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['node:*'],
    logLevel: 'silent',
  });
  await mkdir(join(folder, 'w'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const bundled = (await import(pathToFileURL(join(folder, 'dist', 'tools.js')).href)) as {
    toolModules: typeof toolModules;
  };
  const modules = bundled.toolModules({ bash: { allow: [], timeout_ms: 1000 } });
  const open = await openTestTools({ modules: [...modules] });
  try {
    await writeFile(join(open.workspace, 'x.csv'), 'a,b\n1,2\n');
    await writeFile(join(open.workspace, 'x.log'), 'ERROR no\n');
    await symlink('/etc/passwd', join(open.workspace, 'link'));
    expect((await open.call('csv_profile', { path: 'x.csv' })).value).toMatchObject({ rows: 1 });
    expect((await open.call('log_profile', { path: 'x.log' })).value).toMatchObject({ groups_found: 1 });
    expect((await open.call('csv_profile', { path: 'link' })).result.code).toBe('REFUSED');
  } finally {
    await open.close();
  }
});
