import { systemClock } from '@holdfast/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EngineName } from '../browser.ts';
import { Downloads } from '../downloads/downloads.ts';
import { createGates, type Gate } from '../network/gate.ts';
import type { Chromium } from '../process/launch.ts';
import { configFor, eventually, type Site, startSite, testUid } from '../testing.ts';
import type { Engine, EngineContext } from './engine.ts';
import { PageLog } from './page-log.ts';

const PAGE = '<!doctype html><title>统一 page</title><h1>Hello</h1><p>世界</p>';
const LOAD = { waitUntil: 'load', timeoutMs: 10_000 } as const;

/** What both engines do alike (TL-1). */
export function engineConformance(
  name: EngineName,
  parts: { readonly browser: () => Chromium; readonly engine: () => Engine },
): void {
  describe(`a page by ${name} (TL-1)`, () => {
    let site: Site;
    let gate: Gate;
    let context: EngineContext;
    let downloads: Downloads;
    beforeAll(async () => {
      site = await startSite({
        '/': PAGE,
        '/hop': (_request, response) => response.writeHead(302, { location: '/hop2' }).end(),
        '/hop2': (_request, response) => response.writeHead(302, { location: '/' }).end(),
        '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
        '/hang': () => undefined,
        '/log':
          '<title>log</title><script>console.warn("careful"); fetch("/missing"); setTimeout(() => { throw new Error("loose") })</script>',
        '/ask': '<title>ask</title><script>alert("a"); document.title = String(confirm("b"))</script>',
        '/tall': '<body style="margin:0"><div style="height:40000px;background:linear-gradient(red,blue)">tall</div>',
        '/file': (_request, response) =>
          response.writeHead(200, { 'content-disposition': 'attachment; filename="../a.bin"' }).end('content'),
        '/inside': (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:65000/' }).end(),
        '/tofile': (_request, response) => response.writeHead(302, { location: 'file:///etc/hostname' }).end(),
        '/big': `<p>${'x'.repeat(3_000_000)}`,
        '/who': '<script>document.cookie = "who=" + document.location.search.slice(1)</script><title>who</title>',
      });
      const config = configFor([site.port], { html_bytes: 1_000_000 });
      const gates = createGates({
        config,
        clock: systemClock,
        onDecision: () => undefined,
        onError: (error) => {
          throw error;
        },
      });
      gate = await gates.open(`conformance-${name}`);
      const { mux, folder } = parts.browser();
      downloads = new Downloads({ mux, folder, uid: testUid(config), config });
      const log = new PageLog(() => systemClock.now());
      context = await parts.engine().open({ gate, log, downloads, config, monotonic: systemClock.monotonic });
    }, 60_000);
    afterAll(async () => {
      await context?.close();
      await downloads?.close();
      await gate?.close();
      await site?.[Symbol.asyncDispose]();
    });

    it('is opened, and its status, title, address, type and document are told', async () => {
      const { page } = context;
      expect(await page.goto(`${site.url}/`, LOAD)).toEqual({
        status: 200,
        redirects: [],
        contentType: 'text/html',
        download: false,
      });
      expect([page.url(), await page.title()]).toEqual([`${site.url}/`, '统一 page']);
      expect(await page.html()).toMatch(/^<!DOCTYPE html>\n<html>.*<p>世界<\/p>/s);
    });

    it.each(['commit', 'domcontentloaded', 'load', 'idle'] as const)('waits until %s', async (waitUntil) => {
      expect(await context.page.goto(`${site.url}/`, { ...LOAD, waitUntil })).toMatchObject({ status: 200 });
    });

    it('tells the redirects that led to it, and the status of an error', async () => {
      const { redirects } = await context.page.goto(`${site.url}/hop`, LOAD);
      expect(redirects).toEqual([`${site.url}/hop`, `${site.url}/hop2`]);
      expect(await context.page.goto(`${site.url}/none`, LOAD)).toMatchObject({
        status: 404,
        contentType: 'text/plain',
      });
    });

    it('redirects without end: UNAVAILABLE, and the page works afterwards', async () => {
      await expect(context.page.goto(`${site.url}/loop`, LOAD)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('without end'),
      });
      expect(await context.page.goto(`${site.url}/`, LOAD)).toMatchObject({ status: 200 });
    });

    it('an answer that does not come: TIMED_OUT, and the page works afterwards', async () => {
      const late = context.page.goto(`${site.url}/hang`, { waitUntil: 'load', timeoutMs: 500 });
      await expect(late).rejects.toMatchObject({ code: 'TIMED_OUT' });
      expect(await context.page.goto(`${site.url}/`, LOAD)).toMatchObject({ status: 200 });
    });

    it('a redirect to a private address is REFUSED with the reason of the policy, and nothing is sent', async () => {
      await expect(context.page.goto(`${site.url}/inside`, LOAD)).rejects.toMatchObject({ code: 'REFUSED' });
    });

    it('a redirect to file: is REFUSED', async () => {
      await expect(context.page.goto(`${site.url}/tofile`, LOAD)).rejects.toMatchObject({ code: 'REFUSED' });
    });

    it('keeps what the console said, what was asked for, and which dialogs came', async () => {
      const { page } = context;
      await page.goto(`${site.url}/log`, { ...LOAD, waitUntil: 'idle' });
      await eventually(() => page.console().some(({ level }) => level === 'exception'), 'the exception is noted');
      expect(page.console().map(({ level, text }) => `${level} ${text}`)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^warn(ing)? careful/),
          expect.stringMatching(/^exception .*loose/),
        ]),
      );
      expect(page.network()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ url: `${site.url}/log`, type: 'document', status: 200, failure: '' }),
          expect.objectContaining({ url: `${site.url}/missing`, type: 'fetch', status: 404 }),
        ]),
      );
      await page.goto(`${site.url}/ask`, LOAD);
      expect(await page.title()).toBe('false');
      expect(page.dialogs().map(({ type, message, accepted }) => [type, message, accepted])).toEqual([
        ['alert', 'a', true],
        ['confirm', 'b', false],
      ]);
    });

    it('takes pictures of what is in view and of the whole page, down to a bound', async () => {
      const { page } = context;
      await page.goto(`${site.url}/tall`, LOAD);
      expect(sizeOf(await page.screenshot())).toEqual([1280, 720]);
      expect(sizeOf(await page.screenshot({ fullPage: true }))).toEqual([1280, 15_000]);
      const [first, second] = await page.screenshot({ format: 'jpeg' });
      expect([first, second]).toEqual([0xff, 0xd8]);
    });

    it('prints PDF', async () => {
      await context.page.goto(`${site.url}/`, LOAD);
      expect(
        Buffer.from(await context.page.pdf())
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-');
    });

    it('a file is downloaded, under a name without folders, and the page stays', async () => {
      const { page } = context;
      await page.goto(`${site.url}/`, LOAD);
      expect(await page.goto(`${site.url}/file`, LOAD)).toMatchObject({ download: true, status: 0 });
      await eventually(() => page.downloads()[0]?.state === 'done', 'the download is done');
      const [download] = page.downloads();
      expect(download).toMatchObject({ bytes: 7, url: `${site.url}/file` });
      expect(download?.name).not.toContain('/');
      expect(Buffer.from(await page.readDownload(download?.id ?? '')).toString()).toBe('content');
      expect(await page.title()).toBe('统一 page');
      await expect(page.readDownload('../../etc/passwd')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('a document above the bound is TOO_LARGE', async () => {
      await context.page.goto(`${site.url}/big`, LOAD);
      await expect(context.page.html()).rejects.toMatchObject({ code: 'TOO_LARGE' });
    });

    it('a page that crashes: UNAVAILABLE for what goes on, and another one takes its place', async () => {
      await context.page.goto(`${site.url}/`, LOAD);
      const cdp = await context.cdp();
      void cdp.send('Page.crash').catch(() => undefined);
      await eventually(
        () =>
          context.page.title().then(
            () => false,
            ({ code }: { code: string }) => code === 'UNAVAILABLE',
          ),
        'the crash is noticed',
      );
      expect(await context.revive()).toBe(true);
      expect(await context.page.goto(`${site.url}/`, LOAD)).toMatchObject({ status: 200 });
      expect(await context.revive()).toBe(false);
    });
  });
}

/** Width and height of a PNG, from its header. */
function sizeOf(png: Uint8Array): number[] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}
