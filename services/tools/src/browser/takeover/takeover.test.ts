import { type BrowserApi, browserpb, commonpb, create, type MessageInitShape } from '@holdfast/protocol';
import { systemClock } from '@holdfast/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CHROMIUM, eventually, NAMED, openTestBrowsers, type Site, startSite, type TestBrowsers } from '../testing.ts';
import { browserApi } from './api.ts';

const signal = new AbortController().signal;
const run = { tenant: 'local', runId: 'r1' };
const caller = create(commonpb.CallerSchema, { tenant: 'local', subject: 'user:ann' });
const stranger = create(commonpb.CallerSchema, { tenant: 'else', subject: 'user:eve' });
const bob = create(commonpb.CallerSchema, { tenant: 'local', subject: 'user:bob' });
const about = { caller, runId: 'r1' };

describe.skipIf(CHROMIUM === '')(`a person takes the browser of a run over (TL-1)${NAMED}`, () => {
  let site: Site;
  let world: TestBrowsers;
  let api: BrowserApi;
  beforeAll(async () => {
    site = await startSite({
      '/': `<title>start</title><style>*{margin:0}</style><button style="width:100vw;height:50vh" onclick="document.title='clicked'">Go</button>
        <input style="width:100vw;height:40vh" oninput="document.title=this.value"><div style="height:3000px"></div>
        <script>onscroll = () => { if (scrollY > 100) document.title = 'scrolled'; }</script>`,
      '/other': '<title>other</title>',
    });
    world = await openTestBrowsers([site.port]);
    api = browserApi(world.browsers, systemClock);
    await world.browsers.navigate(run, `${site.url}/`, { engine: 'auto', signal });
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await site?.[Symbol.asyncDispose]();
  });
  const act = (...inputs: MessageInitShape<typeof browserpb.InputEventSchema>[]) =>
    api.act(create(browserpb.ActRequestSchema, { ...about, inputs }));
  const mouse = (
    type: string,
    x: number,
    y: number,
    more: MessageInitShape<typeof browserpb.MouseInputSchema> = {},
  ) => ({
    kind: { case: 'mouse' as const, value: { type, x, y, button: 'left', clicks: 1, ...more } },
  });
  const title = () => world.browsers.placeOf(run).session.context.page.title();

  it('lists the browsers of a tenant, and no others', async () => {
    const { browsers } = await api.listBrowsers(create(browserpb.ListBrowsersRequestSchema, { caller }));
    expect(browsers).toMatchObject([
      { runId: 'r1', engine: 'puppeteer', url: `${site.url}/`, title: 'start', takenOverBy: '' },
    ]);
    const other = await api.listBrowsers(create(browserpb.ListBrowsersRequestSchema, { caller: stranger }));
    expect(other.browsers).toEqual([]);
    const take = api.takeOver(create(browserpb.TakeOverRequestSchema, { caller: stranger, runId: 'r1' }));
    await expect(take).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('nobody acts who has not taken it over', async () => {
    await expect(act(mouse('move', 0.5, 0.5))).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('the agent waits meanwhile, and goes on when it is given back', async () => {
    const { browser } = await api.takeOver(create(browserpb.TakeOverRequestSchema, about));
    expect(browser).toMatchObject({ takenOverBy: 'user:ann' });
    const again = api.takeOver(create(browserpb.TakeOverRequestSchema, { caller: bob, runId: 'r1' }));
    await expect(again).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    let isDone = false;
    const waiting = world.browsers
      .read(run, signal, (page) => page.title())
      .finally(() => {
        isDone = true;
      });
    const impatient = world.browsers.read(run, AbortSignal.timeout(100), (page) => page.title());
    await expect(impatient).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('user:ann'),
    });
    await act(mouse('move', 0.5, 0.25), mouse('down', 0.5, 0.25), mouse('up', 0.5, 0.25));
    await eventually(async () => (await title()) === 'clicked', 'the button is clicked');
    expect(isDone).toBe(false);
    await act(mouse('down', 0.5, 0.7), mouse('up', 0.5, 0.7), { kind: { case: 'text', value: '密码 ' } });
    await act({ kind: { case: 'key', value: { type: 'down', key: 'k', code: 'KeyK', text: 'k', keyCode: 75 } } });
    await act({ kind: { case: 'key', value: { type: 'up', key: 'k', code: 'KeyK', keyCode: 75 } } });
    await eventually(async () => (await title()) === '密码 k', 'the text is typed');
    await act(mouse('wheel', 0.5, 0.25, { button: '', deltaY: 600 }));
    await eventually(async () => (await title()) === 'scrolled', 'the page is scrolled');
    await api.resume(create(browserpb.ResumeRequestSchema, about));
    expect(await waiting).toBe('scrolled');
  });

  it.each([
    [mouse('move', 2, 0)],
    [mouse('jump', 0, 0)],
    [mouse('down', 0, 0, { button: 'toString' })],
    [{ kind: { case: 'text' as const, value: 'x'.repeat(20_000) } }],
    [{ kind: { case: 'key' as const, value: { type: 'stroke' } } }],
    [{}],
  ])('input that makes no sense, %#: INVALID_ARGUMENT', async (input) => {
    await api.takeOver(create(browserpb.TakeOverRequestSchema, about));
    await expect(act(input)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await api.resume(create(browserpb.ResumeRequestSchema, about));
  });

  it('shows the page as it changes, follows it to another engine, and ends with it', async () => {
    const urls: string[] = [];
    const watching = (async () => {
      for await (const { jpeg, url } of api.watchBrowser(create(browserpb.WatchBrowserRequestSchema, about))) {
        expect([jpeg[0], jpeg[1]]).toEqual([0xff, 0xd8]);
        urls.push(url);
      }
    })();
    await eventually(() => urls.includes(`${site.url}/`), 'the first picture is there');
    await world.browsers.escalate(run, 'A test.', signal);
    const seen = urls.length;
    await eventually(() => urls.length > seen, 'a picture by the other engine');
    await world.browsers.navigate(run, `${site.url}/other`, { engine: 'auto', signal });
    await eventually(() => urls.includes(`${site.url}/other`), 'the other page is shown');
    await world.browsers.releaseRun(run);
    await watching;
  });
});
