import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Locator, Page } from '@playwright/test';

import { tempDir } from '../support/temp-dir.ts';
import { Findings } from './support/axe.ts';
import { begin } from './support/ended.ts';
import { expect, test } from './support/fixtures.ts';
import { ADA, createOwner, enter, invite } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { LANGUAGES, LOCALES, wordsOf } from './support/words.ts';

const EVE = { name: 'Eve', email: 'eve@example.org', password: 'correct horse battery' };
const SECRET = 'swordfish-7';
/** Each part takes a third of the page: where it is, is known. */
const FORM = `<!doctype html><title>Log in</title>
<style>form > * { position: fixed; left: 0; width: 100vw; height: 33vh; font-size: 6vw; box-sizing: border-box }</style>
<form method="post" action="/welcome">
<input name="name" aria-label="Name" style="top: 0">
<input name="password" type="password" aria-label="Password" style="top: 33vh">
<button style="top: 66vh">Log in</button>
</form>`;

/** A site with a form, which keeps what it was sent. */
async function startSite(): Promise<{ http: HttpServer; url: string; host: string; sent: string[] }> {
  const sent: string[] = [];
  const http = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.method !== 'POST') {
      response.end(FORM);
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      sent.push(body);
      const name = (new URLSearchParams(body).get('name') ?? '').replaceAll(/\W/g, '');
      response.end(`<!doctype html><title>Welcome</title><h1>Welcome ${name}</h1>`);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { http, url: `http://${host}/`, host, sent };
}

test.describe.configure({ mode: 'parallel' });

for (const language of LANGUAGES) {
  // By mouse and keys on a wide screen, by taps on a phone.
  const isPhone = language === 'zh';
  test.describe(`a person takes the browser of a run over (TL-1), in ${language}`, () => {
    test.use({
      locale: LOCALES[language],
      bypassCSP: true,
      hasTouch: isPhone,
      viewport: isPhone ? { width: 390, height: 800 } : { width: 1280, height: 860 },
    });
    const words = wordsOf(language);
    let site: Awaited<ReturnType<typeof startSite>>;
    let server: Server;
    test.beforeEach(async () => {
      site = await startSite();
      const script = playing({
        'log in for me': [
          { toolCalls: [{ name: 'browser_navigate', arguments: { url: site.url } }] },
          { toolCalls: [{ name: 'ask_human', arguments: { question: 'Please log in.' } }] },
          { toolCalls: [{ name: 'browser_snapshot', arguments: {} }] },
          { text: 'I am in.' },
        ],
      });
      const browser = { allow: ['*', site.host], allow_private: [site.host] };
      server = await startServer(script, {}, tempDir(), { browser });
      await createOwner(server);
    });
    test.afterEach(async () => {
      await server.close();
      site.http.closeAllConnections();
      site.http.close();
    });

    test('fills in a form, hands it back, and the agent goes on', async ({ browser, context, faults, page }) => {
      const found = new Findings();
      await enter(context, server, ADA);
      const run = new RunPage(page, words);
      const id = await begin(server, { task: 'log in for me' });
      await page.goto(`${server.url}/runs/${id}`);
      await run.is('waiting');
      await run.show('browser');
      const panel = run.panel;
      await expect(panel).toContainText(words('browser.agentHas'));
      await expect(panel).toContainText(site.url);
      await expect(panel).toContainText(/playwright|puppeteer/);
      await loaded(panel);

      await panel.getByRole('button', { name: words('browser.takeOver') }).click();
      const [youHave = ''] = words('browser.youHave', { time: '|' }).split('|');
      await expect(panel).toContainText(youHave);
      await page.reload();
      await run.show('browser');
      await expect(panel).toContainText(youHave);
      await loaded(panel);
      await found.look(page, 'a browser that was taken over', '[role=tabpanel]');

      const picture = panel.getByRole('application', { name: words('browser.control') });
      await press(page, picture, 1 / 6, isPhone);
      if (isPhone) await type(panel, 'Ada');
      else await page.keyboard.type('Ada');
      await press(page, picture, 1 / 2, isPhone);
      await panel.getByLabel(words('browser.secret')).check();
      await expect(panel.getByLabel(words('browser.text'))).toHaveAttribute('type', 'password');
      await type(panel, SECRET);

      await test.step('the agent waits while a person has the browser', async () => {
        if (isPhone) await page.getByRole('tab', { name: words('run.panel.transcript') }).click();
        await run.questions.getByLabel(words('run.answer.text')).fill('I am at it.');
        await run.questions.getByRole('button', { name: words('run.answer.send') }).click();
        await expect(run.transcript).toContainText('browser_snapshot');
        await run.show('browser');
        await expect(panel).toContainText(youHave);
      });

      if (isPhone) await press(page, picture, 5 / 6, isPhone);
      else await panel.getByRole('button', { name: words('browser.key.Enter'), exact: true }).click();
      await expect(panel).toContainText(`${site.url}welcome`);
      expect(site.sent).toEqual([new URLSearchParams({ name: 'Ada', password: SECRET }).toString()]);

      await test.step('a viewer looks on, and cannot take it', async () => {
        const other = await browser.newContext({ locale: LOCALES[language] });
        faults.watch(other);
        await invite(other, server, EVE, 'viewer');
        const eve = await other.newPage();
        await eve.goto(`${server.url}/runs/${id}`);
        await new RunPage(eve, words).show('browser');
        const seen = eve.getByRole('tabpanel');
        await loaded(seen);
        await expect(seen).toContainText(words('browser.mayNot'));
        await expect(seen.getByRole('button')).toHaveCount(0);
        await expect(seen.getByRole('application')).toHaveCount(0);
        await other.close();
      });

      await panel.getByRole('button', { name: words('browser.handBack') }).click();
      await run.is('succeeded');
      await expect(panel).toContainText(words('browser.over'));
      if (isPhone) await page.getByRole('tab', { name: words('run.panel.transcript') }).click();
      await expect(run.transcript).toContainText('Welcome Ada');
      await expect(run.transcript).toContainText('I am in.');

      await test.step('what was typed is in no log', async () => {
        const audit = JSON.stringify((await server.product().call('GET', '/api/v1/audit?limit=200')).body);
        expect(audit).toContain('browser.take_over');
        expect(audit + server.product().log()).not.toContain(SECRET);
      });
      expect(found.lines).toEqual([]);
    });
  });
}

/** Waits for a picture of the page. */
async function loaded(panel: Locator): Promise<void> {
  const width = () => panel.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
}

/** Presses in the middle of the picture, so far down. */
async function press(page: Page, picture: Locator, down: number, touch: boolean): Promise<void> {
  await picture.scrollIntoViewIfNeeded();
  const box = await picture.boundingBox();
  if (!box) throw new Error('There is no picture.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height * down];
  if (touch) await page.touchscreen.tap(x, y);
  else await page.mouse.click(x, y);
}

/** Types by the field for those who do not type into the picture. */
async function type(panel: Locator, text: string): Promise<void> {
  const field = panel.locator('form input:not([type=checkbox])');
  await field.fill(text);
  await panel.locator('form').getByRole('button').click();
  await expect(field).toHaveValue('');
}
