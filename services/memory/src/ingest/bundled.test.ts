import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';

import type { readDocument } from './read.ts';
import { pdfOf, wordOf } from './samples.ts';

const source = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

it('ME-1 finds its reader beside the bundle, with all that it reads by', { timeout: 60_000 }, async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await build({
    entryPoints: { read: source('read.ts'), 'document-read-worker': source('worker.ts') },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  const bundled = (await import(pathToFileURL(join(folder, 'read.js')).href)) as { readDocument: typeof readDocument };
  const texts = async (format: 'html' | 'pdf' | 'docx' | 'csv', content: string | Buffer) => {
    const bounds = { maxChars: 1_000_000, maxPages: 10 };
    const work = { format, content: new Uint8Array(Buffer.from(content)), mediaType: '', bounds };
    const { chunks } = await bundled.readDocument(work, 30_000, AbortSignal.timeout(30_000));
    return chunks.map(({ text }) => text);
  };
  expect(await texts('html', '<p>Ropes 绳子</p>')).toEqual(['Ropes 绳子']);
  expect(await texts('pdf', pdfOf('', [[{ size: 12, text: 'Ropes 绳子' }]]))).toEqual(['Ropes 绳子']);
  expect(await texts('docx', wordOf(['Ropes 绳子']))).toEqual(['Ropes 绳子']);
  expect(await texts('csv', 'name\nRopes')).toEqual(['name: Ropes']);
});
