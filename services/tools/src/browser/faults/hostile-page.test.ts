import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { NavigateOptions } from '../browser.ts';
import { CHROMIUM, eventually, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from '../testing.ts';

const signal = new AbortController().signal;
const run = { tenant: 'local', runId: 'hostile' };

describe.skipIf(CHROMIUM === '')(`pages that mean harm (TL-1)${NAMED}`, () => {
  let site: Site;
  let world: TestBrowsers;
  beforeAll(async () => {
    site = await startSite({
      '/': '<title>home</title>',
      '/busy': '<title>busy</title><script>for (;;);</script>',
      '/busy-later': '<title>later</title><script>setTimeout(() => { for (;;); }, 50)</script>',
      '/alerts': '<title>alerts</title><script>for (;;) alert("again")</script>',
      '/leave': '<title>leave</title><script>onbeforeunload = () => "stay"</script>',
      '/huge': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const part = `<p>${'x'.repeat(65_536)}`;
        let left = 300;
        const more = (): void => {
          while (left > 0 && !response.destroyed) {
            left -= 1;
            if (!response.write(part)) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
      },
      '/downloads': `<title>downloads</title><script>
        for (let i = 0; i < 60; i += 1) { const a = document.createElement('a'); a.href = '/file?' + i; a.download = 'f' + i; a.click(); }
        const blob = document.createElement('a'); blob.href = URL.createObjectURL(new Blob(['x'])); blob.download = 'b'; blob.click();
      </script>`,
      '/file': (_request, response) =>
        response.writeHead(200, { 'content-disposition': 'attachment' }).end('x'.repeat(1000)),
      '/endless': (_request, response) => {
        response.writeHead(200, { 'content-disposition': 'attachment; filename=endless' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
    });
    world = await openTestBrowsers([site.port], { max_downloads: 5, download_bytes: 2_000_000, html_bytes: 1_000_000 });
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await site?.[Symbol.asyncDispose]();
  });
  afterEach(() => world.browsers.releaseRun(run));

  describe.each(['puppeteer', 'playwright'] as const)('by %s', (engine) => {
    const options: NavigateOptions = { engine, signal, timeoutMs: 1500 };
    const go = (path: string, timeoutMs = 1500) =>
      world.browsers.navigate(run, site.url + path, { ...options, timeoutMs });
    const works = async () => expect(await go('/', 10_000)).toMatchObject({ status: 200, title: 'home' });

    it('a page that never stops computing: TIMED_OUT, and the next one works', async () => {
      await works();
      await expect(go('/busy')).rejects.toMatchObject({ code: 'TIMED_OUT' });
      await works();
    }, 30_000);

    it('a page that begins to compute for ever later: a call ends with its signal, and the next page works', async () => {
      await go('/busy-later', 10_000);
      await new Promise((resolve) => {
        setTimeout(resolve, 200);
      });
      const read = world.browsers.read(run, AbortSignal.timeout(500), (page) => page.html());
      await expect(read).rejects.toBeDefined();
      await works();
    }, 30_000);

    it('alerts without end: the page is closed, and the next one works', async () => {
      await expect(go('/alerts', 10_000)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await works();
      const dialogs = await world.browsers.read(run, signal, async (page) => page.dialogs());
      expect(dialogs.length).toBeLessThan(60);
    }, 30_000);

    it('a page that does not want to be left is left', async () => {
      await go('/leave', 10_000);
      await works();
    });

    it('a huge page: its text is not read into this process', async () => {
      await go('/huge', 20_000).catch(() => undefined);
      const read = world.browsers.read(run, signal, (page) => page.html());
      await expect(read).rejects.toMatchObject({ code: 'TOO_LARGE' });
      await works();
    }, 60_000);

    it('a flood of downloads stops at the bound', async () => {
      await go('/downloads', 10_000);
      await eventually(() => world.browsers.placeOf(run).session.downloads.begun >= 1, 'the first download has begun');
      await works();
      const { downloads } = world.browsers.placeOf(run).session;
      expect(downloads.all().length).toBeLessThanOrEqual(5);
    });

    it('a download without end is ended at the bound', async () => {
      await works();
      expect(await go('/endless', 10_000)).toMatchObject({ download: true });
      const { downloads } = world.browsers.placeOf(run).session;
      await eventually(() => downloads.all()[0]?.state === 'failed', 'the download is ended');
      expect(downloads.all()[0]?.failure).toContain('tools.browser.download_bytes');
      await works();
    });
  });
});
