import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { HoldfastError } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { findChromium } from './find-chromium.ts';
import { createPdfPrinter } from './print-pdf.ts';
import { treeOf } from './process-tree.ts';

const path = process.env['PATH'] ?? '';
const chromium = await findChromium({ configured: undefined, path }).catch((error: unknown) => {
  if (HoldfastError.has(error, 'FAILED_PRECONDITION')) return '';
  throw error;
});
const pdftotext = await promisify(execFile)('pdftotext', ['-v']).then(
  () => true,
  () => false,
);
const printer = createPdfPrinter({ executable: undefined, path });

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-print-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const pageOf = (body: string): string => `<!doctype html><html><head><meta charset="utf-8"></head><body>${body}</body>`;

async function textOf(pdf: Uint8Array): Promise<string> {
  const file = join(folder, 'page.pdf');
  await writeFile(file, pdf);
  return (await promisify(execFile)('pdftotext', ['-layout', file, '-'])).stdout;
}

async function browserFolders(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('holdfast-browser-'));
}

/** What is left of browsers: processes and folders. */
async function left(): Promise<unknown[]> {
  return [...(await treeOf(join(folder, 'holdfast-browser-'))), ...(await browserFolders())];
}

describe.skipIf(!chromium || !pdftotext)('printing a page, with chromium and pdftotext (QA-1)', () => {
  it('shows Latin and Chinese text, numbers its pages, is tagged, and leaves nothing behind', async () => {
    const body = '<h1>Quarterly report</h1><p>季度报告：一切正常。</p><p style="break-before: page">Second page</p>';
    const pdf = await printer.print({ html: pageOf(body), lang: 'zh', title: '报告' });
    const text = await textOf(pdf);
    for (const part of ['Quarterly report', '季度报告：一切正常。', 'Second page']) expect(text).toContain(part);
    expect(text.match(/\d ?\/ ?\d/g)?.map((number) => number.replaceAll(' ', ''))).toEqual(['1/2', '2/2']);
    const { stdout } = await promisify(execFile)('pdfinfo', [join(folder, 'page.pdf')]);
    expect(stdout).toMatch(/Tagged:\s+yes/);
    expect(stdout).toMatch(/Title:\s+报告/);
    expect(stdout).toMatch(/\(A4\)/);
    expect(await left()).toEqual([]);
  });

  it('runs no script of the page and reaches nobody, neither on the network nor on the disk (QA-4)', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('secret of the network');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const secret = join(folder, 'secret.txt');
    await writeFile(secret, 'secret of the disk');
    const hostile = `
      <link rel="stylesheet" href="${at}/style"><link rel="preconnect" href="${at}"><link rel="prefetch" href="${at}/pre">
      <style>@import "${at}/import"; body { background: url(${at}/background) }</style>
      <script>document.write('script has run')</script><script src="${at}/script"></script>
      <img src="${at}/image" onerror="document.body.append('handler has run')"><img src="x" onerror="document.write(1)">
      <iframe src="${at}/frame"></iframe><iframe src="file://${secret}"></iframe><object data="${at}/object"></object>
      <iframe srcdoc="<script>parent.document.write('frame has run')</script>"></iframe>
      <meta http-equiv="refresh" content="0;url=${at}/refresh"><p>The page itself</p>`;
    try {
      const text = await textOf(await printer.print({ html: pageOf(hostile), lang: '', title: '' }));
      expect(text).toContain('The page itself');
      expect(text).not.toMatch(/has run|secret/);
      expect(asked).toEqual([]);
    } finally {
      await new Promise((resolve) => {
        server.close(resolve);
      });
    }
  });

  it('ends the browser with all its processes when it is given up, however far it is', async () => {
    for (const afterMs of [0, 100, 400, 800]) {
      const abort = new AbortController();
      const html = pageOf('<p>word</p>'.repeat(60_000));
      const printed = printer.print({ html, lang: 'en', title: '' }, abort.signal);
      setTimeout(() => abort.abort(), afterMs);
      await expect(printed).rejects.toMatchObject({ code: 'CANCELED' });
      expect(await left()).toEqual([]);
    }
    // Four starts of Chromium: on a busy machine each takes many seconds.
  }, 180_000);

  it('prints no more than two at once, and the others after them', async () => {
    const pages = ['one', 'two', 'three', 'four'];
    let most = 0;
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        most = Math.max(most, (await browserFolders()).length);
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
      }
    })();
    const printed = await Promise.all(pages.map((word) => printer.print({ html: pageOf(word), lang: '', title: '' })));
    done.abort();
    await watching;
    expect(most).toBe(2);
    for (const [index, pdf] of printed.entries()) expect(await textOf(pdf)).toContain(pages[index]);
  });
});

describe('what cannot be printed', () => {
  it('is a page that is too large', async () => {
    const printed = printer.print({ html: 'x'.repeat(20 * 1024 * 1024 + 1), lang: '', title: '' });
    await expect(printed).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('is one where there is no Chromium: the sentence says how to get it', async () => {
    const none = createPdfPrinter({ executable: undefined, path: folder });
    await expect(none.print({ html: '', lang: '', title: '' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/apt-get install chromium.*tools\.browser\.executable/) as string,
    });
    const wrong = createPdfPrinter({ executable: join(folder, 'nothing'), path });
    await expect(wrong.print({ html: '', lang: '', title: '' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining(join(folder, 'nothing')) as string,
    });
  });

  it('is one whose browser fails at once, or never answers', async () => {
    const program = join(folder, 'browser');
    await writeFile(program, '#!/bin/sh\nexit 3\n');
    await chmod(program, 0o755);
    const page = { html: '', lang: '', title: '' };
    await expect(createPdfPrinter({ executable: program, path }).print(page)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('holdfast doctor') as string,
    });
    await writeFile(program, '#!/bin/sh\nsleep 1000 & sleep 1000\n');
    const slow = createPdfPrinter({ executable: program, path, timeoutMs: 500 });
    await expect(slow.print(page)).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(await left()).toEqual([]);
  });
});
