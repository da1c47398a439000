import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { memoryOfTree } from '../process/memory.ts';
import { treeOf } from '../process-tree.ts';
import { CHROMIUM, eventually, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from '../testing.ts';

const signal = new AbortController().signal;
const run = (runId: string) => ({ tenant: 'local', runId });
const MIB = 1024 * 1024;
const PAGES = {
  '/': '<title>home</title><p>hello',
  // At most 600 MiB: the test does not depend on the bound to end.
  '/eat': `<title>eat</title><script>
    window.kept = [];
    const more = () => { for (let i = 0; i < 4; i += 1) window.kept.push(new Uint8Array(5 << 20).fill(1)); if (window.kept.length < 120) setTimeout(more, 50); };
    more();
  </script>`,
};

describe.skipIf(CHROMIUM === '')(`the memory of the browser is bounded (TL-1)${NAMED}`, () => {
  let site: Site | undefined;
  let world: TestBrowsers | undefined;
  afterEach(async () => {
    await world?.close();
    await site?.[Symbol.asyncDispose]();
  });

  it('the pages of a run above its bound are closed, with the bound named; other runs go on', async () => {
    site = await startSite(PAGES);
    world = await openTestBrowsers([site.port], { context_memory_mb: 300 });
    const { browsers } = world;
    await browsers.navigate(run('good'), `${site.url}/`, { engine: 'playwright', signal });
    await browsers.navigate(run('eats'), `${site.url}/eat`, { engine: 'auto', signal });
    await eventually(() => browsers.figures().contexts === 1, 'the run that eats has lost its pages');
    const read = browsers.read(run('eats'), signal, (page) => page.title());
    await expect(read).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('tools.browser.context_memory_mb (300)'),
    });
    expect(await browsers.read(run('good'), signal, (page) => page.title())).toBe('home');
    expect(await browsers.navigate(run('eats'), `${site.url}/`, { engine: 'auto', signal })).toMatchObject({
      status: 200,
    });
  }, 60_000);

  it('the whole above its bound: the largest run loses its pages, and new runs get a new browser', async () => {
    site = await startSite(PAGES);
    world = await openTestBrowsers([site.port], { memory_mb: 550 });
    const { browsers } = world;
    await browsers.navigate(run('good'), `${site.url}/`, { engine: 'auto', signal });
    const before = browsers.placeOf(run('good')).session.browser.chromium.pid;
    await browsers.navigate(run('eats'), `${site.url}/eat`, { engine: 'auto', signal });
    await eventually(() => browsers.figures().contexts < 2, 'a run has lost its pages');
    const read = browsers.read(run('eats'), signal, (page) => page.title());
    await expect(read).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('tools.browser.memory_mb (550)'),
    });
    await browsers.navigate(run('new'), `${site.url}/`, { engine: 'auto', signal });
    expect(browsers.placeOf(run('new')).session.browser.chromium.pid).not.toBe(before);
    await browsers.releaseRun(run('good'));
    await eventually(() => browsers.figures().browsers === 1, 'the old browser has ended');
  }, 60_000);

  it('200 navigations: memory stays bounded, browsers are changed in time, and no process is left over', async () => {
    site = await startSite(PAGES);
    world = await openTestBrowsers([site.port], { recycle_after: 60, sample_ms: 1000 });
    const { browsers, temp } = world;
    const pids = new Set<number>();
    let most = 0;
    for (let round = 0; round < 20; round += 1) {
      const mine = run(`r${round}`);
      const engine = round % 4 === 0 ? 'playwright' : 'puppeteer';
      for (let visit = 0; visit < 10; visit += 1) await browsers.navigate(mine, `${site.url}/`, { engine, signal });
      const { pid } = browsers.placeOf(mine).session.browser.chromium;
      pids.add(pid);
      const bytes = await memoryOfTree(pid);
      most = Math.max(
        most,
        [...bytes.values()].reduce((sum, one) => sum + one, 0),
      );
      await browsers.releaseRun(mine);
    }
    expect(pids.size).toBeGreaterThanOrEqual(3);
    expect(most).toBeLessThan(700 * MIB);
    await eventually(() => browsers.figures().browsers <= 1, 'old browsers have ended');
    await browsers.close();
    expect(await treeOf(join(temp, 'holdfast-chromium-'))).toEqual([]);
    expect(await world.left()).toEqual([]);
  }, 120_000);

  it('a browser that nobody uses ends by itself, and is there again when it is needed', async () => {
    site = await startSite(PAGES);
    world = await openTestBrowsers([site.port], { idle_s: 1 });
    const { browsers } = world;
    await browsers.navigate(run('a'), `${site.url}/`, { engine: 'auto', signal });
    await browsers.releaseRun(run('a'));
    await eventually(() => browsers.figures().browsers === 0, 'it has ended');
    await eventually(async () => (await world?.left())?.length === 0, 'nothing of it is left');
    expect(await browsers.navigate(run('b'), `${site.url}/`, { engine: 'auto', signal })).toMatchObject({
      status: 200,
    });
  }, 60_000);
});
