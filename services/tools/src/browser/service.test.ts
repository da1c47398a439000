import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { NavigateOptions } from './browser.ts';
import { treeOf } from './process-tree.ts';
import { CHROMIUM, eventually, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from './testing.ts';

const signal = new AbortController().signal;
const AUTO: NavigateOptions = { engine: 'auto', signal };
const run = (runId: string, tenant = 'local') => ({ tenant, runId });

describe.skipIf(CHROMIUM === '')(`the browser of runs (TL-1)${NAMED}`, () => {
  let site: Site;
  let world: TestBrowsers;
  beforeAll(async () => {
    site = await startSite({
      '/': '<title>home</title><button onclick="document.title = \'clicked\'">Go</button>',
      '/form':
        '<title>form</title><form><label>Name <input name=n></label><label><input type=checkbox> Yes</label><select aria-label=Colour><option>red<option>blue</select><input type=file aria-label=File></form>',
      '/set':
        '<title>set</title><script>document.cookie = "a=1"; localStorage.b = "2"; sessionStorage.c = "3"; window.d = 4</script>',
      '/read': '<title>read</title><script>document.title = [document.cookie, localStorage.b].join()</script>',
      '/pictures': (request, response) => {
        void request;
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<title>pictures</title><link rel=stylesheet href=/hide.css><p class=no>words</p><img src=/a.png>');
      },
      '/hide.css': (_, response) => response.writeHead(200, { 'content-type': 'text/css' }).end('.no{display:none}'),
      '/popup':
        '<title>popup</title><script>for (let i = 0; i < 40; i += 1) window.open("/", "w" + i)</script><a href="/" target=_blank>Open</a>',
    });
    world = await openTestBrowsers([site.port], { max_tabs: 5, max_contexts: 3 });
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await site?.[Symbol.asyncDispose]();
  });

  it('starts nothing before the first navigation, and says what the engine is and why', async () => {
    expect(world.browsers.figures()).toEqual({ browsers: 0, contexts: 0, memoryBytes: 0 });
    const went = await world.browsers.navigate(run('a'), `${site.url}/`, AUTO);
    expect(went).toMatchObject({
      engine: 'puppeteer',
      reason: 'a test',
      status: 200,
      title: 'home',
      finalUrl: `${site.url}/`,
    });
    expect(world.browsers.engineOf(run('a'))).toEqual({ engine: 'puppeteer', reason: 'a test' });
    await world.browsers.releaseRun(run('a'));
    expect(world.browsers.figures()).toMatchObject({ browsers: 1, contexts: 0 });
  });

  it('reads a page for its text, and shows it whole to whoever looks at it', async () => {
    const reader = run('text');
    const looked = () => site.asked.filter((path) => /hide\.css|a\.png/.test(path)).length;
    await world.browsers.navigate(reader, `${site.url}/pictures`, AUTO);
    expect(await world.browsers.read(reader, signal, (page) => page.html())).toContain('words');
    expect(looked()).toBe(0);
    await world.browsers.read(reader, signal, (page) => page.screenshot());
    expect(looked()).toBe(2);
    await world.browsers.navigate(reader, `${site.url}/pictures`, AUTO);
    expect(looked()).toBe(2);
    const seen = await world.browsers.act(reader, { reason: 'a test', signal }, (page) => page.snapshot());
    expect(looked()).toBe(4);
    expect(seen).not.toContain('words');
    await world.browsers.releaseRun(reader);
    await world.browsers.navigate(reader, `${site.url}/pictures`, { ...AUTO, intent: 'screenshot' });
    expect(looked()).toBe(6);
    await world.browsers.releaseRun(reader);
  });

  it('keeps cookies of runs and tenants apart', async () => {
    await world.browsers.navigate(run('a'), `${site.url}/set`, AUTO);
    const [same, other, tenant] = await Promise.all([
      world.browsers.navigate(run('a'), `${site.url}/read`, AUTO),
      world.browsers.navigate(run('b'), `${site.url}/read`, { ...AUTO, engine: 'playwright' }),
      world.browsers.navigate(run('a', 'else'), `${site.url}/read`, AUTO),
    ]);
    expect([same.title, other.title, tenant.title]).toEqual(['a=1,2', ',', ',']);
    await expect(world.browsers.navigate(run('d'), `${site.url}/`, AUTO)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    for (const one of [run('a'), run('b'), run('a', 'else')]) await world.browsers.releaseRun(one);
  });

  it('changes over to Playwright with the very page: cookies, storage of the tab, scripts; and never back', async () => {
    await world.browsers.navigate(run('e'), `${site.url}/set`, AUTO);
    expect(await world.browsers.escalate(run('e'), 'It came out empty.', signal)).toEqual({
      engine: 'playwright',
      reason: 'It came out empty.',
    });
    const act = { reason: 'It is acted on.', signal };
    const kept = await world.browsers.act(run('e'), act, async (page) => [page.url(), await page.title()]);
    expect(kept).toEqual([`${site.url}/set`, 'set']);
    const back = await world.browsers.navigate(run('e'), `${site.url}/read`, { ...AUTO, engine: 'puppeteer' });
    expect(back).toMatchObject({ engine: 'playwright', reason: 'It came out empty.', title: 'a=1,2' });
    await world.browsers.releaseRun(run('e'));
  });

  it('acts by the references of a snapshot', async () => {
    await world.browsers.navigate(run('f'), `${site.url}/form`, { ...AUTO, intent: 'interact' });
    await world.browsers.act(run('f'), { reason: 'A form.', signal }, async (page) => {
      const tree = await page.snapshot();
      const ref = (what: RegExp) => new RegExp(`${what.source}.*?\\[ref=(\\w+)\\]`).exec(tree)?.[1] ?? '';
      await page.type(ref(/textbox "Name"/), '张');
      await page.fill(ref(/checkbox "Yes"/), 'true');
      expect(await page.select(ref(/combobox "Colour"/), ['blue'])).toEqual(['blue']);
      await page.upload(ref(/button "File"/), [{ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('x') }]);
      const after = await page.snapshot();
      expect(after).toMatch(/张/);
      expect(after).toMatch(/checkbox "Yes" \[checked\]/);
      await expect(page.click('e999')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(page.click('; rm')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await page.newTab();
      await page.goto(`${site.url}/`, { waitUntil: 'load', timeoutMs: 5000 });
      expect((await page.tabs()).map(({ url, current }) => [url, current])).toEqual([
        [`${site.url}/form`, false],
        [`${site.url}/`, true],
      ]);
      await page.closeTab(1);
      expect(page.url()).toBe(`${site.url}/form`);
    });
    await world.browsers.releaseRun(run('f'));
  });

  it('a flood of pop-ups stops at the bound of tabs', async () => {
    await world.browsers.navigate(run('g'), `${site.url}/popup`, { ...AUTO, engine: 'playwright' });
    const count = () =>
      world.browsers.act(run('g'), { reason: '', signal }, async (page) => {
        const tabs = await page.tabs();
        return tabs.length;
      });
    expect(await count()).toBeLessThanOrEqual(5);
    await world.browsers.releaseRun(run('g'));
  });

  it.each([
    'file:///etc/passwd',
    'view-source:http://127.0.0.1/',
    'chrome://version',
    'devtools://devtools/bundled/inspector.html',
    'data:text/html,hi',
    'javascript:alert(1)',
    'blob:http://127.0.0.1/1',
    'ftp://127.0.0.1/',
    'filesystem:http://127.0.0.1/temporary/a',
    'about:settings',
    'http://user:pw@127.0.0.1/',
  ])('refuses to open %s', async (url) => {
    await expect(world.browsers.navigate(run('s'), url, AUTO)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('a call before the first page, and after the run: FAILED_PRECONDITION', async () => {
    const read = world.browsers.read(run('none'), signal, (page) => page.html());
    await expect(read).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('keeps the pages of a run that waits, until another run needs the place; never those that a person has', async () => {
    const [first, second, third, other] = [run('w1'), run('w2'), run('w3'), run('w4')];
    for (const one of [first, second, third]) await world.browsers.navigate(one, `${site.url}/set`, AUTO);
    await expect(world.browsers.navigate(other, `${site.url}/`, AUTO)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    world.browsers.pauseRun(first);
    world.browsers.pauseRun(second);
    world.browsers.placeOf(first).turns.takeOver({ subject: 'ada', since: 1 });
    expect(world.browsers.figures().contexts).toBe(3);
    await world.browsers.navigate(other, `${site.url}/`, AUTO);
    await expect(world.browsers.read(second, signal, (page) => page.title())).rejects.toThrow(/another run needed/);
    world.browsers.placeOf(first).turns.resume();
    await world.browsers.navigate(first, `${site.url}/read`, AUTO);
    expect(await world.browsers.read(first, signal, (page) => page.title())).toBe('a=1,2');
    for (const one of [first, second, third, other]) await world.browsers.releaseRun(one);
  });

  it('a call that is given up ends at once, and the next one works', async () => {
    await world.browsers.navigate(run('h'), `${site.url}/`, { ...AUTO, engine: 'playwright' });
    const gone = new AbortController();
    const waiting = world.browsers.act(run('h'), { reason: '', signal: gone.signal }, (page) =>
      page.waitFor({ text: 'never there' }, 60_000),
    );
    setTimeout(() => gone.abort(), 100);
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELED' });
    expect(await world.browsers.navigate(run('h'), `${site.url}/`, AUTO)).toMatchObject({ status: 200 });
    await world.browsers.releaseRun(run('h'));
  });

  it('leaves no process and no folder when it closes', async () => {
    await world.browsers.navigate(run('z'), `${site.url}/`, AUTO);
    expect((await treeOf(join(world.temp, 'holdfast-chromium-'))).length).toBeGreaterThan(2);
    await world.browsers.close();
    await eventually(async () => (await treeOf(join(world.temp, 'holdfast-chromium-'))).length === 0, 'all have ended');
    expect(await world.left()).toEqual([]);
    await expect(world.browsers.navigate(run('z'), `${site.url}/`, AUTO)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('tells the egress decisions', () => {
    expect(world.records.some(({ verdict, port }) => verdict === 'allow' && port === site.port)).toBe(true);
  });
});

describe.skipIf(CHROMIUM === '')(`the browser of a run that waits for long (TL-1)${NAMED}`, () => {
  it('is closed when nobody has used it, and says so at the next call', async () => {
    await using site = await startSite({ '/': '<title>home</title>' });
    const world = await openTestBrowsers([site.port], { waiting_s: 1 });
    try {
      await world.browsers.navigate(run('long'), `${site.url}/`, AUTO);
      world.browsers.pauseRun(run('long'));
      await eventually(() => world.browsers.figures().contexts === 0, 'it is closed');
      await expect(world.browsers.read(run('long'), signal, (page) => page.title())).rejects.toThrow(/waiting_s/);
    } finally {
      await world.close();
    }
  }, 60_000);
});
