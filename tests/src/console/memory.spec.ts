import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { Findings } from './support/axe.ts';
import { expect, test } from './support/fixtures.ts';
import { FACTS, fillMemory, HOSTILE, RELATIONS } from './support/memories.ts';
import { ADA, createOwner, enter, invite } from './support/people.ts';
import { playing } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { unreached } from './support/unreached.ts';
import { LANGUAGES, LOCALES, wordsOf } from './support/words.ts';

const VERA = { name: 'Vera', email: 'vera@example.org', password: 'correct horse battery' };
const QUESTION = { en: 'Where does Ada work?', zh: '李雷在哪里工作？' } as const;
const MATCHED = { en: 'works', zh: '工作' } as const;
const DOCUMENT = {
  en: '# Handbook\n\nThe printer stands on the second floor.\n',
  zh: '# 手册\n\n打印机在二楼。\n',
} as const;

for (const language of LANGUAGES) {
  test.describe(`memory (ME-1, ME-2, ME-3), in ${language}`, () => {
    test.use({ locale: LOCALES[language], bypassCSP: true });
    test.describe.configure({ mode: 'serial' });
    const words = wordsOf(language);
    const [work, report, backup, office] = FACTS[language];
    let server: Server;
    let ids: string[];
    test.beforeAll(async () => {
      server = await startServer(playing({}));
      await createOwner(server);
    });
    test.afterAll(async () => {
      await server.close();
    });
    test.beforeEach(async ({ context }) => {
      await enter(context, server, ADA);
    });
    const button = (page: Page, key: Parameters<typeof words>[0]) =>
      page.getByRole('button', { name: words(key), exact: true });

    test('an empty memory tells how memories come about; search says why each hit was found', async ({ page }) => {
      const found = new Findings();
      await page.goto(server.url);
      await page
        .getByRole('navigation')
        .getByRole('link', { name: words('nav.memory'), exact: true })
        .click();
      await expect(page.getByRole('heading', { name: words('memory.empty.title') })).toBeVisible();
      await found.look(page, 'nothing remembered');
      ids = await fillMemory(server, language);
      await page.reload();
      await page.getByLabel(words('memory.filter.query')).fill(QUESTION[language]);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/q=/);
      const hit = page
        .getByRole('list', { name: words('memory.search.hits') })
        .getByRole('listitem')
        .first();
      await expect(hit).toContainText(work);
      await expect(hit.locator('mark').filter({ hasText: MATCHED[language] })).toBeVisible();
      await expect(hit).toContainText(words('memory.search.sources'));
      await expect(hit.getByText(words('memory.source.bm25'), { exact: true })).toBeVisible();
      await expect(hit.getByText(words('memory.source.dense'), { exact: true })).toBeVisible();
      await found.look(page, 'search');
      await page.getByLabel(words('memory.filter.kind'), { exact: true }).selectOption('summary');
      await expect(page.getByRole('heading', { name: words('memory.search.nothing') })).toBeVisible();
      await expect(page).toHaveURL(/kind=summary/);

      await button(page, 'memory.remember.open').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(words('memory.remember.text')).fill(`${QUESTION[language]} 42`);
      await found.look(page, 'remember', 'dialog');
      await dialog.getByRole('button', { name: words('memory.remember.save') }).click();
      await expect(page.getByText(words('memory.remember.new'))).toBeVisible();
      expect(await unreached(page)).toEqual([]);
      expect(found.lines).toEqual([]);
    });

    test('a memory is edited; who changed it in the meantime is not overwritten', async ({ faults, page }) => {
      // The conflict.
      faults.expect(/status of 409/);
      const found = new Findings();
      const [, id] = ids;
      await page.goto(`${server.url}/memory/timeline`);
      await page.getByRole('link', { name: report }).click();
      await expect(page).toHaveURL(new RegExp(`/memory/${id}`));
      await expect(page.getByRole('img', { name: /100/ })).toBeVisible();
      await found.look(page, 'one memory');
      await button(page, 'memory.act.unpin').click();
      await expect(button(page, 'memory.act.pin')).toBeVisible();
      await button(page, 'memory.act.edit').click();
      const field = page.getByLabel(words('memory.one.editing'));
      await field.fill(`${report} A`);
      const { body } = await server.product().call('GET', `/api/v1/memory/memories/${id}`);
      const { revision } = body['memory'] as { revision: number };
      const theirs = await server
        .product()
        .call('PATCH', `/api/v1/memory/memories/${id}`, { revision, text: `${report} B` });
      expect(theirs.status).toBe(200);
      await button(page, 'memory.act.save').click();
      const alert = page.getByRole('alert');
      await expect(alert).toContainText(words('memory.one.conflict'));
      await expect(alert).toContainText(`${report} B`);
      await expect(field).toHaveValue(`${report} A`);
      await found.look(page, 'a conflict');
      await alert.getByRole('button', { name: words('memory.one.keepMine') }).click();
      await button(page, 'memory.act.save').click();
      await expect(page.getByText(`${report} A`, { exact: true })).toBeVisible();
      await expect(field).toHaveCount(0);
      expect(await unreached(page)).toEqual([]);
      expect(found.lines).toEqual([]);
    });

    test('what is in quarantine is text only, and is released or erased with a certificate', async ({ page }) => {
      const found = new Findings();
      await page.goto(`${server.url}/memory/timeline`);
      await page.getByRole('tab', { name: words('memory.states.quarantined') }).click();
      await expect(page).toHaveURL(/state=quarantined/);
      const held = page.getByRole('link', { name: HOSTILE });
      await expect(held).toBeVisible();
      await expect(page.locator('main img')).toHaveCount(0);
      await page
        .getByRole('checkbox', { name: words('memory.timeline.select', { text: HOSTILE.slice(0, 80) }) })
        .check();
      await found.look(page, 'quarantine');
      await button(page, 'memory.act.erase').click();
      const dialog = page.getByRole('dialog');
      const erase = dialog.getByRole('button', { name: words('memory.act.erase'), exact: true });
      await expect(erase).toBeDisabled();
      const word = words('memory.erase.word');
      await dialog.getByLabel(words('memory.erase.type', { word })).fill(word);
      await found.look(page, 'erase', 'dialog');
      await erase.click();
      await expect(dialog.getByRole('heading', { name: words('memory.certificate.title') })).toBeVisible();
      await expect(dialog.getByRole('table')).toContainText('lexical');
      await found.look(page, 'certificate', 'dialog');
      await dialog.getByRole('button', { name: words('memory.erase.close') }).click();
      await expect(held).toHaveCount(0);
      await button(page, 'memory.certificate.list').click();
      await expect(dialog.getByRole('listitem')).toHaveCount(1);
      await page.keyboard.press('Escape');
      expect(found.lines).toEqual([]);
    });

    test('memories are merged, the originals restored, and all of it exported and imported', async ({ page }) => {
      await page.goto(`${server.url}/memory/timeline`);
      for (const text of [backup, office]) {
        await page
          .getByRole('checkbox', { name: words('memory.timeline.select', { text: text.slice(0, 80) }) })
          .check();
      }
      await button(page, 'memory.act.merge').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(words('memory.merge.text')).fill(`${backup} ${office}`);
      await dialog.getByRole('button', { name: words('memory.act.merge'), exact: true }).click();
      await page.getByRole('link', { name: `${backup} ${office}` }).click();
      const originals = page.getByRole('region', { name: words('memory.one.originals') });
      await expect(originals.getByRole('listitem')).toHaveCount(2);
      await originals.getByRole('listitem').filter({ hasText: office }).getByRole('button').click();
      await expect(originals.getByRole('listitem').filter({ hasText: office }).getByRole('button')).toHaveCount(0);

      await page.goto(`${server.url}/memory/timeline?all=true`);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: words('memory.port.export') }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('holdfast-memory.jsonl');
      await button(page, 'memory.port.import').click();
      const file = join(server.folder, 'lines.jsonl');
      writeFileSync(file, `${JSON.stringify({ text: `${work} 2` })}\nnot json\n`);
      await dialog.getByLabel(words('memory.port.file')).setInputFiles(file);
      await dialog.getByRole('button', { name: words('memory.port.import'), exact: true }).click();
      await expect(dialog.getByRole('list', { name: words('memory.port.problems') })).toContainText('JSON');
      await expect(dialog.getByRole('status')).toContainText('1');
    });

    test('the graph is walked by keyboard, read as a list, and tells a path', async ({ page }) => {
      const found = new Findings();
      const [[person, , company], [, , town], [other]] = RELATIONS[language];
      await page.goto(`${server.url}/memory/graph`);
      const picture = page
        .getByRole('group')
        .filter({ has: page.getByRole('button', { name: new RegExp(`^${person}`) }) });
      await expect(picture).toBeVisible();
      await expect(page.getByText(words('memory.graph.contradictions', { count: 2 }))).toBeVisible();
      await found.look(page, 'the graph');
      // One stop for the picture; the arrow keys do the rest.
      await expect(picture.locator('[tabindex="0"]')).toHaveCount(1);
      await picture.locator('[tabindex="0"]').focus();
      const focused = async () => (await picture.locator(':focus').getAttribute('aria-label')) ?? '';
      const reached = new Set([await focused()]);
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight']) {
        await page.keyboard.press(key);
        reached.add(await focused());
      }
      expect(reached.size).toBeGreaterThan(2);
      await page.keyboard.press('+');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.keyboard.press('0');
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/entity=/);
      await page.getByRole('link', { name: words('memory.graph.all') }).click();

      await page.getByRole('tab', { name: words('memory.graph.asList') }).click();
      const table = page.getByRole('table', { name: words('memory.places.graph') });
      await expect(table).toContainText(words('memory.graph.contradicts'));
      await found.look(page, 'the graph as a list');
      await page.getByLabel(words('memory.graph.predicate'), { exact: true }).selectOption(RELATIONS[language][3][1]);
      await expect(table.getByRole('row')).toHaveCount(3);

      const path = page.getByRole('region', { name: words('memory.graph.path') });
      for (const [key, name] of [
        ['memory.graph.pathFrom', person],
        ['memory.graph.pathTo', town],
      ] as const) {
        await path.getByRole('searchbox', { name: words(key) }).fill(name);
        await path.getByRole('button', { name: words('memory.graph.choose', { name }) }).click();
      }
      await path.getByRole('button', { name: words('memory.graph.go') }).click();
      const steps = path.getByRole('list', { name: words('memory.graph.pathList') });
      await expect(steps.getByRole('listitem')).toHaveCount(2);
      await expect(steps).toContainText(company);
      await expect(table).toContainText(other);
      await found.look(page, 'a path');
      expect(await unreached(page)).toEqual([]);
      expect(found.lines).toEqual([]);
    });

    test('a document is uploaded, read, and erased; one that cannot be read says what to do', async ({
      faults,
      page,
    }) => {
      // A path that is not open to the console.
      faults.expect(/status of (400|403|404)/);
      const found = new Findings();
      await page.goto(`${server.url}/memory/documents`);
      await expect(page.getByRole('heading', { name: words('memory.documents.nothing') })).toBeVisible();
      await button(page, 'memory.documents.add').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(words('memory.documents.how')).selectOption('path');
      await dialog.getByLabel(words('memory.documents.pathLabel')).fill('/nowhere/at/all.md');
      await dialog.getByRole('button', { name: words('memory.documents.go') }).click();
      await expect(dialog.getByRole('alert')).toBeVisible();
      await dialog.getByLabel(words('memory.documents.how')).selectOption('upload');
      await dialog
        .getByLabel(words('memory.documents.file'), { exact: true })
        .setInputFiles({ name: 'handbook.md', mimeType: 'text/markdown', buffer: Buffer.from(DOCUMENT[language]) });
      await found.look(page, 'add a document', 'dialog');
      await dialog.getByRole('button', { name: words('memory.documents.go') }).click();
      const table = page.getByRole('table', { name: words('memory.places.documents') });
      await expect(table).toContainText(words('memory.documents.states.ready'), { timeout: 30_000 });
      await found.look(page, 'documents');
      await table.getByRole('row').nth(1).getByRole('button').click();
      const word = words('memory.erase.word');
      await dialog.getByLabel(words('memory.erase.type', { word })).fill(word);
      await dialog.getByRole('button', { name: words('memory.act.erase'), exact: true }).click();
      await expect(dialog.getByRole('heading', { name: words('memory.certificate.title') })).toBeVisible();
      await dialog.getByRole('button', { name: words('memory.erase.close') }).click();
      await expect(page.getByRole('heading', { name: words('memory.documents.nothing') })).toBeVisible();
      expect(found.lines).toEqual([]);
    });

    test('conversations show their window, and are cleared', async ({ page }) => {
      const found = new Findings();
      const session = `${language}-desk`;
      await page.goto(`${server.url}/memory/conversations`);
      await page.getByRole('button', { name: words('memory.sessions.show', { session }) }).click();
      const window = page.getByRole('region', { name: words('memory.sessions.window', { session }) });
      await expect(window).toContainText(report);
      await expect(window).toContainText(backup);
      await found.look(page, 'conversations');
      await page.getByRole('button', { name: words('memory.sessions.clear', { session }), exact: true }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: words('memory.sessions.clear', { session }) })
        .click();
      await expect(page.getByRole('heading', { name: words('memory.sessions.nothing') })).toBeVisible();
      expect(found.lines).toEqual([]);
    });

    test('who only looks changes nothing', async ({ browser, faults }) => {
      const context = await browser.newContext({ locale: LOCALES[language] });
      faults.watch(context);
      await invite(context, server, VERA, 'viewer');
      const page = await context.newPage();
      await page.goto(`${server.url}/memory/timeline`);
      await expect(page.getByRole('link', { name: work, exact: true })).toBeVisible();
      await expect(page.getByRole('main').getByRole('checkbox')).toHaveCount(1);
      for (const key of ['memory.port.import', 'memory.certificate.list'] as const) {
        await expect(button(page, key)).toHaveCount(0);
      }
      await page.getByRole('link', { name: work, exact: true }).click();
      await expect(page.getByText(words('memory.one.from'))).toBeVisible();
      await expect(button(page, 'memory.act.edit')).toHaveCount(0);
      await context.close();
    });
  });
}
