import type { CDPSession, Page } from '@playwright/test';

import { expect, SERVER_AWAY, test } from './support/fixtures.ts';
import { ADA, createOwner, enter } from './support/people.ts';
import { type Proxy, startProxy } from './support/proxy.ts';
import { RunPage } from './support/run-page.ts';
import { playing } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { wordsOf } from './support/words.ts';

const piecesOf = (count: number) => Array.from({ length: count }, (_, at) => `piece${at + 1} `);
const SHORT = piecesOf(80);
const LONG = piecesOf(160);
const script = playing({
  'tell a short story': [{ text: SHORT, frameDelayMs: 25 }],
  'tell a long story': [{ text: LONG, frameDelayMs: 25 }],
});

test.describe('the events of a run in the browser (QA-1, AG-4)', () => {
  test.use({ locale: 'en-US' });
  const words = wordsOf('en');
  let server: Server;
  let proxy: Proxy;
  test.beforeAll(async () => {
    server = await startServer(script);
    await createOwner(server);
  });
  test.afterAll(async () => {
    await server.close();
  });
  test.beforeEach(async ({ context }) => {
    proxy = await startProxy(server.port, 40);
    await enter(context, server, ADA);
  });
  test.afterEach(async () => {
    await proxy.close();
  });

  const start = async (task: string) => {
    const { body } = await server.product().call('POST', '/api/v1/runs', { agent: 'assistant', task });
    return String(body['id']);
  };
  /** All event ids of a run that has ended, as a fresh reader gets them. */
  const allIds = async (id: string) => {
    const { body } = await server.product().call('GET', `/api/v1/runs/${id}/events`);
    return [...String(body['text']).matchAll(/^id: ?(\S+)/gm)].map(([, found = '']) => found);
  };

  test('a connection that breaks again and again heals without loss or repetition', async ({ faults, page }) => {
    faults.expect(SERVER_AWAY);
    const id = await start('tell a long story');
    const run = new RunPage(page, words);
    await page.goto(`${proxy.url}/runs/${id}`);
    await expect(run.action('m1')).toContainText('piece10');
    proxy.cut();
    await run.is('succeeded');
    const shown = (await run.action('m1').innerText()).match(/piece\d+/g);
    expect(shown).toEqual(LONG.map((piece) => piece.trim()));

    const all = await allIds(id);
    const streams = proxy.streams();
    expect(streams.length).toBeGreaterThanOrEqual(4);
    for (const { after, ids } of streams) {
      const from = after === '' ? 0 : all.indexOf(after) + 1;
      expect(from, `the page asked for what follows ${after}`).toBeGreaterThan(after === '' ? -1 : 0);
      expect(ids).toEqual(all.slice(from, from + ids.length));
    }
    expect(streams.at(-1)?.ids.at(-1)).toBe(all.at(-1));
    // Each connection goes on where the page was, never behind: nothing was asked for twice.
    const places = streams.map(({ after }) => all.indexOf(after));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('two tabs on one run, one of them late, show the same', async ({ context, page }) => {
    const id = await start('tell a short story');
    await page.goto(`${server.url}/runs/${id}`);
    const first = new RunPage(page, words);
    await expect(first.action('m1')).toContainText('piece30');
    const late = new RunPage(await context.newPage(), words);
    await late.page.goto(`${server.url}/runs/${id}`);
    await Promise.all([first.is('succeeded'), late.is('succeeded')]);
    // The answer, and the report at the end.
    for (const run of [first, late]) await expect(run.transcript.getByText(/piece80/)).toHaveCount(2);
    const [one, two] = await Promise.all([first, late].map((run) => run.transcript.innerText()));
    expect(two).toBe(one);
  });

  test('the server starts again while the tab sleeps: it goes on when it wakes', async ({ context, faults, page }) => {
    faults.expect(SERVER_AWAY);
    const id = await start('tell a short story');
    const run = new RunPage(page, words);
    await page.goto(`${server.url}/runs/${id}`);
    await expect(run.action('m1')).toContainText('piece20');
    const devtools = await context.newCDPSession(page);
    await fallAsleep(page, devtools);
    await server.kill();
    await server.start();
    await expect
      .poll(async () => (await server.product().call('GET', `/api/v1/runs/${id}`)).body['status'], { timeout: 60_000 })
      .toBe('succeeded');
    await wakeUp(page, devtools);
    await run.is('succeeded');
    const shown = (await run.action('m1').innerText()).match(/piece\d+/g);
    expect(shown).toEqual(SHORT.map((piece) => piece.trim()));
  });
});

/** What a browser does to a tab that nobody looks at: it is hidden, and its scripts stand still. */
async function fallAsleep(page: Page, devtools: CDPSession): Promise<void> {
  await setVisibility(page, 'hidden');
  await devtools.send('Debugger.enable');
  const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
  await devtools.send('Debugger.pause');
  await paused;
}

async function wakeUp(page: Page, devtools: CDPSession): Promise<void> {
  await devtools.send('Debugger.resume');
  await devtools.send('Debugger.disable');
  await setVisibility(page, 'visible');
}

async function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((shown) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => shown });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
