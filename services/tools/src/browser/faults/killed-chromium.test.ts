import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { treeOf } from '../process-tree.ts';
import { CHROMIUM, eventually, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from '../testing.ts';

const signal = new AbortController().signal;
const run = (runId: string) => ({ tenant: 'local', runId });

describe.skipIf(CHROMIUM === '')(`Chromium is killed by SIGKILL (TL-1)${NAMED}`, () => {
  let site: Site;
  let world: TestBrowsers;
  beforeAll(async () => {
    site = await startSite({ '/': '<title>home</title>', '/hang': () => undefined });
    world = await openTestBrowsers([site.port]);
  });
  afterAll(async () => {
    await world?.close();
    await site?.[Symbol.asyncDispose]();
  });
  const mains = async (): Promise<number[]> => {
    const tree = await treeOf(join(world.temp, 'holdfast-chromium-'));
    return tree.map(({ pid }) => pid);
  };

  it.each(['puppeteer', 'playwright'] as const)(
    'by %s: what goes on ends with what was lost, nothing is left of it, and the next page is in a new browser',
    async (engine) => {
      for (let round = 0; round < 3; round += 1) {
        await world.browsers.navigate(run('a'), `${site.url}/`, { engine, signal });
        await world.browsers.navigate(run('b'), `${site.url}/`, { engine, signal });
        const hanging = world.browsers.navigate(run('a'), `${site.url}/hang`, { engine, signal });
        const told = expect(hanging).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          message: expect.stringMatching(/lost; files that were saved are kept/),
        });
        await eventually(() => site.asked.at(-1) === 'GET /hang', 'the page is asked for');
        const { session } = world.browsers.placeOf(run('a'));
        process.kill(session.browser.chromium.pid, 'SIGKILL');
        await told;
        const other = world.browsers.read(run('b'), signal, (page) => page.html());
        await expect(other).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await eventually(async () => (await mains()).length === 0, 'all of its processes have ended');
        await eventually(async () => (await world.left()).length === 0, 'its folder and its record are gone');
      }
      expect(await world.browsers.navigate(run('a'), `${site.url}/`, { engine, signal })).toMatchObject({
        status: 200,
      });
      for (const one of ['a', 'b']) await world.browsers.releaseRun(run(one));
    },
    60_000,
  );

  it('one of its renderers is killed: that page only, and the run goes on with its cookies', async () => {
    await world.browsers.navigate(run('c'), `${site.url}/`, { engine: 'auto', signal });
    await world.browsers.navigate(run('d'), `${site.url}/`, { engine: 'auto', signal });
    const { session } = world.browsers.placeOf(run('c'));
    const cdp = await session.context.cdp();
    void cdp.send('Page.crash').catch(() => undefined);
    await eventually(
      () =>
        world.browsers
          .read(run('c'), signal, (page) => page.title())
          .then(
            () => false,
            ({ code }: { code: string }) => code === 'UNAVAILABLE',
          ),
      'the crash is noticed',
    );
    expect(await world.browsers.read(run('d'), signal, (page) => page.title())).toBe('home');
    expect(await world.browsers.navigate(run('c'), `${site.url}/`, { engine: 'auto', signal })).toMatchObject({
      status: 200,
    });
    for (const one of ['c', 'd']) await world.browsers.releaseRun(run(one));
  });
});
