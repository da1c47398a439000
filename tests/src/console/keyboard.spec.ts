import type { Locator } from '@playwright/test';

import { expect, test } from './support/fixtures.ts';
import { ADA, createOwner, enter } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing, running } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { unreached } from './support/unreached.ts';
import { LOCALES, wordsOf } from './support/words.ts';

const script = playing({ 'wait for me': [running('echo hello > /workspace/hello.txt', 'May I?')] });
const words = wordsOf('en');

test.describe('the console without a mouse, and without motion (WCAG 2.2 AA)', () => {
  test.use({ locale: LOCALES.en });
  let server: Server;
  let id: string;
  test.beforeAll(async () => {
    server = await startServer(script, { bash: 'always' });
    await createOwner(server);
    const { body } = await server.product().call('POST', '/api/v1/runs', { agent: 'assistant', task: 'wait for me' });
    id = String(body['id']);
  });
  test.afterAll(async () => {
    await server.close();
  });
  test.beforeEach(async ({ context, page }) => {
    await enter(context, server, ADA);
    await page.goto(`${server.url}/runs/${id}`);
    await new RunPage(page, words).is('waiting');
  });

  test('the palette goes anywhere, and gives the focus back', async ({ page }) => {
    const box = page.getByRole('combobox', { name: words('palette.hint') });
    const opener = page.getByRole('button', { name: words('run.export.button') });
    await opener.focus();
    await page.keyboard.press('Control+k');
    await expect(box).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(box).toHaveCount(0);
    await expect(opener).toBeFocused();
    await page.keyboard.press('Control+k');
    const selected = page.getByRole('dialog').getByRole('option', { selected: true });
    await expect(selected).toContainText(words('nav.tasks'));
    await page.keyboard.press('ArrowDown');
    await expect(selected).toContainText(words('nav.new'));
    await page.keyboard.press('ArrowUp');
    await expect(selected).toContainText(words('nav.tasks'));
    await page.keyboard.type('insig');
    await expect(selected).toContainText(words('nav.insight'));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/insight$/);
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('wait for');
    await expect(selected).toContainText('wait for me');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(id));
  });

  test('tabs move by arrows, Home and End', async ({ page }) => {
    const tab = (name: 'waterfall' | 'terminal' | 'details') =>
      page.getByRole('tab', { name: words(`run.panel.${name}`) });
    await tab('waterfall').focus();
    await page.keyboard.press('ArrowRight');
    await expect(tab('terminal')).toBeFocused();
    await expect(tab('terminal')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('End');
    await expect(tab('details')).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(tab('waterfall')).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(tab('details')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Home');
    await expect(tab('waterfall')).toHaveAttribute('aria-selected', 'true');
  });

  test('dialogs keep the focus inside, end with Escape, and give it back', async ({ page }) => {
    for (const key of ['run.fork.button', 'run.export.button', 'run.share.button', 'run.cancel.button'] as const) {
      const opener = page.getByRole('button', { name: words(key), exact: true });
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      for (let count = 0; count < 20; count += 1) {
        await page.keyboard.press('Tab');
        // Beyond the last of its elements is the browser itself, never the page behind.
        const inside = await dialog.evaluate(
          (element) => element.contains(document.activeElement) || document.activeElement === document.body,
        );
        expect(inside).toBe(true);
      }
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await expect(opener).toBeFocused();
    }
  });

  test('the skip link leads over the navigation', async ({ page }) => {
    const skip = page.getByRole('link', { name: words('app.skip') });
    await expect(skip).not.toBeInViewport();
    await skip.focus();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  });

  test('everything that can be clicked is reached by Tab', async ({ page }) => {
    expect(await unreached(page)).toEqual([]);
    await page.goto(`${server.url}/new`);
    await expect(page.getByRole('radio').first()).toBeVisible();
    expect(await unreached(page)).toEqual([]);
    await page.goto(server.url);
    await expect(page.getByRole('table')).toBeVisible();
    expect(await unreached(page)).toEqual([]);
  });

  test('a question is announced, and where it is', async ({ page }) => {
    const run = new RunPage(page, words);
    await expect(run.questions).toHaveAttribute('aria-live', 'polite');
    await expect(run.questions).toContainText(words('run.answer.about.approval', { tool: 'bash' }));
  });

  test('nothing moves for those who asked for no motion', async ({ page }) => {
    const moving = () =>
      page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
    const bar: Locator = new RunPage(page, words).waterfall;
    await expect(bar).toBeVisible();
    await expect.poll(moving).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(moving).toBe(0);
  });
});
