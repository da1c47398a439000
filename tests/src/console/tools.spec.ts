import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { Findings } from './support/axe.ts';
import { expect, test } from './support/fixtures.ts';
import { writeMcpServer } from './support/mcp-server.ts';
import { ADA, createOwner, enter, invite } from './support/people.ts';
import { playing } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { unreached } from './support/unreached.ts';
import { GATEWAY_WORDS, LANGUAGES, type Language, LOCALES, type TextKey, wordsOf } from './support/words.ts';

const EVE = { name: 'Eve', email: 'eve@example.org', password: 'correct horse battery' };

function skill(server: Server, text: string): void {
  const folder = join(server.folder, 'data', 'skills', 'greeter');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'SKILL.md'), text);
}

const greeter = (how: string) => `---\nname: greeter\ndescription: Greets people, ${how}.\n---\n\nSay hello.\n`;

async function write(server: Server, path: string, text: string, base: number): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/files/content?${new URLSearchParams({ path }).toString()}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${server.product().key}`,
      'content-type': 'application/octet-stream',
      'if-match': `"${base}"`,
    },
    body: text,
  });
  return response.status;
}

for (const language of LANGUAGES) {
  test.describe(`tools and shared files (TL-3, TL-4, TL-5), in ${language}`, () => {
    test.use({ locale: LOCALES[language], bypassCSP: true });
    const words = wordsOf(language);
    let server: Server;
    test.beforeAll(async () => {
      server = await startServer(playing({}));
      await createOwner(server);
      skill(server, greeter('kindly'));
      writeMcpServer(join(server.folder, 'data'), 'Looks around.');
    });
    test.afterAll(async () => {
      await server.close();
    });
    test.beforeEach(async ({ context }) => {
      await enter(context, server, ADA);
    });

    test('the catalogue is searched, and a call is tried without making it', async ({ page }) => {
      const found = new Findings();
      await page.goto(server.url);
      await page
        .getByRole('navigation')
        .getByRole('link', { name: words('nav.tools'), exact: true })
        .click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words('nav.tools'));
      // The texts of these pages are loaded late, also those of another language.
      const other = language === 'en' ? 'zh' : 'en';
      await page.getByRole('button', { name: GATEWAY_WORDS[language].other }).click();
      await expect(page.getByRole('tab', { name: wordsOf(other)('tools.show.catalog') })).toBeVisible();
      await page.getByRole('button', { name: GATEWAY_WORDS[other].other }).click();
      const list = page.getByRole('list', { name: words('tools.show.catalog') });
      await expect(list.getByRole('button', { name: 'bash', exact: true })).toBeVisible();
      await page.getByLabel(words('tools.search')).fill('write a text file');
      await expect(page).toHaveURL(/q=write/);
      await expect(list.getByRole('listitem').first()).toContainText('write_file');
      await page.getByLabel(words('tools.from')).selectOption({ label: words('tools.source.mcp') });
      await page.getByLabel(words('tools.search')).fill('look around inside');
      const mcp = list.getByRole('button', { name: 'mcp__inside__look', exact: true });
      await expect(mcp).toBeVisible({ timeout: 40_000 });
      await mcp.click();
      await expect(list.getByRole('region', { name: words('tools.schema') })).toContainText('"type": "object"');
      await found.look(page, 'the catalogue');

      await page.goto(`${server.url}/tools?q=bash`);
      await page.getByRole('button', { name: words('tools.try.of', { name: 'bash' }), exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: words('tools.try.go') }).click();
      await expect(dialog.getByRole('alert').first()).toHaveText(words('tools.try.needed'));
      await dialog.getByLabel('command *').fill('ls -l | wc -l');
      await dialog.getByRole('button', { name: words('tools.try.go') }).click();
      await expect(dialog.getByText(words('tools.try.can'))).toBeVisible();
      const preview = dialog.getByRole('region', { name: words('tools.try.preview') }).last();
      await expect(preview).toContainText('"wc -l"');
      await expect(dialog.getByText(words('run.effect.read'), { exact: true })).toBeVisible();
      await found.look(page, 'a dry run', 'dialog');
      await dialog.getByRole('radio', { name: words('tools.try.json') }).check();
      const json = dialog.getByLabel(words('tools.try.arguments'), { exact: true });
      await expect(json).toHaveValue(/wc -l/);
      await json.fill('[]');
      await dialog.getByRole('button', { name: words('tools.try.go') }).click();
      await expect(dialog.getByText(words('tools.try.notJson'))).toBeVisible();
      await json.fill('{"command":"shutdown now"}');
      await dialog.getByRole('button', { name: words('tools.try.go') }).click();
      await expect(dialog.getByText(words('tools.try.cannot'))).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      expect(await unreached(page)).toEqual([]);
      expect(found.lines).toEqual([]);
    });

    test('a skill that is edited shows its new version without a reload, a broken one says why', async ({ page }) => {
      const found = new Findings();
      await page.goto(`${server.url}/tools`);
      await page.getByRole('tab', { name: words('tools.show.skills') }).click();
      const card = page
        .getByRole('list', { name: words('tools.show.skills') })
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading', { name: 'greeter', exact: true }) });
      await expect(card).toContainText(words('tools.skill.state.ready'));
      const version = card.getByRole('definition').first();
      const first = await version.innerText();
      skill(server, greeter('loudly'));
      await expect(card).toContainText('loudly');
      const second = await version.innerText();
      expect(second).not.toBe(first);
      skill(server, '---\nname: greeter\n---\n');
      await expect(card).toContainText(words('tools.skill.state.stale'));
      await expect(card).toContainText(words('tools.skill.stale', { version: second }));
      const problems = card.getByRole('list', { name: words('tools.skill.problems', { name: 'greeter' }) });
      await expect(problems).toContainText('SKILL.md');
      await expect(problems).toContainText('description');
      await found.look(page, 'a broken skill');
      skill(server, greeter('again'));
      await expect(card).toContainText(words('tools.skill.state.ready'));
      await page.getByRole('link', { name: 'note_find' }).click();
      await expect(page.getByRole('tab', { name: words('tools.show.catalog') })).toHaveAttribute(
        'aria-selected',
        'true',
      );
      expect(found.lines).toEqual([]);
    });

    test('an MCP server is shown with its breaker; what it changed is a diff that is accepted', async ({ page }) => {
      const found = new Findings();
      await page.goto(`${server.url}/tools?show=mcp`);
      const card = page
        .getByRole('list', { name: words('tools.show.mcp') })
        .getByRole('listitem')
        .first();
      await expect(card).toContainText(words('tools.mcp.state.ready'), { timeout: 40_000 });
      await expect(card.getByRole('table')).toContainText(words('tools.mcp.breaker.closed'));
      await expect(card.getByRole('link', { name: 'mcp__inside__look' })).toBeVisible();
      writeMcpServer(join(server.folder, 'data'), 'Looks around and phones home.');
      const drift = card.getByRole('region', { name: words('tools.mcp.drift', { name: 'inside' }) });
      await expect(drift.getByRole('region', { name: words('tools.mcp.driftOf', { tool: 'look' }) })).toContainText(
        'phones home',
        { timeout: 40_000 },
      );
      await found.look(page, 'drift');
      await drift.getByRole('button', { name: words('tools.mcp.acceptOf', { tool: 'look' }) }).click();
      await expect(drift).toHaveCount(0);
      await card.getByRole('button', { name: words('tools.mcp.reconnectOf', { name: 'inside' }) }).click();
      await expect(page.getByText(words('tools.mcp.reconnected', { name: 'inside' }))).toBeVisible();
      expect(await unreached(page)).toEqual([]);
      expect(found.lines).toEqual([]);
    });

    test('a shared file: versions, differences, a conflict that is merged, roll-back, deletion', async ({
      faults,
      page,
    }) => {
      // The conflict.
      faults.expect(/status of 409/);
      const found = new Findings();
      await page.goto(`${server.url}/files`);
      await expect(page.getByRole('heading', { name: words('files.emptyTitle') })).toBeVisible();
      await found.look(page, 'no shared files');
      await page.getByRole('button', { name: words('files.newFile') }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(words('files.newPath'), { exact: true }).fill('reports/q3.md');
      await dialog.getByLabel(words('files.text'), { exact: true }).fill('# Q3\n\none\n\ntwo\n\nthree\n');
      await dialog.getByRole('button', { name: words('files.save') }).click();
      await expect(page).toHaveURL(/path=reports/);
      const versions = page.getByRole('table', { name: words('files.versions', { path: 'reports/q3.md' }) });
      const content = (n: number) => page.getByRole('region', { name: words('files.content', { version: n }) });
      await expect(content(1).getByRole('heading', { name: 'Q3' })).toBeVisible();

      await page.getByRole('button', { name: words('files.edit'), exact: true }).click();
      const text = dialog.getByLabel(words('files.text'), { exact: true });
      await expect(text).toHaveValue(/two/);
      await text.fill('# Q3\n\none\n\ntwo\n\nthree, by hand\n');
      expect(await write(server, 'reports/q3.md', '# Q3\n\none, by an agent\n\ntwo\n\nthree\n', 1)).toBe(200);
      await dialog.getByRole('button', { name: words('files.save') }).click();
      await expect(dialog.getByRole('alert')).toContainText(words('files.conflict.lead', { base: 1, current: 2 }));
      await expect(dialog.getByLabel(words('files.conflict.merged'))).toHaveValue(
        '# Q3\n\none, by an agent\n\ntwo\n\nthree, by hand\n',
      );
      const [draft] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('link', { name: words('files.conflict.draft') }).click(),
      ]);
      expect(draft.suggestedFilename()).toMatch(/^draft-[\da-f]{16}$/);
      await found.look(page, 'a conflict', 'dialog');
      await dialog.getByRole('button', { name: words('files.conflict.save') }).click();
      await expect(versions.getByRole('row')).toHaveCount(1 + 3);
      await expect(content(3)).toContainText('three, by hand');
      await found.look(page, 'a shared file');

      await versions.getByRole('button', { name: words('files.compareOf', { version: 1 }) }).click();
      const diff = (before: number, after: number) =>
        page.getByRole('region', { name: words('files.diff', { before, after }) }).last();
      await expect(diff(1, 3)).toContainText('one, by an agent');
      await page.getByLabel(words('files.after'), { exact: true }).selectOption('2');
      await expect(diff(1, 2)).not.toContainText('by hand');
      await found.look(page, 'two versions');
      await rollBack(page, language, 1);
      await expect(versions.getByRole('row')).toHaveCount(1 + 4);
      await expect(content(4)).not.toContainText('by');
      expect(await unreached(page)).toEqual([]);

      await page.getByRole('button', { name: words('files.remove'), exact: true }).click();
      await dialog.getByRole('button', { name: words('files.remove'), exact: true }).click();
      await expect(content(5)).toContainText(words('files.wasDeleted'));
      await page.getByRole('link', { name: words('files.back') }).click();
      await expect(page.getByRole('heading', { name: words('files.emptyTitle') })).toBeVisible();
      await page.getByRole('checkbox', { name: words('files.deleted') }).check();
      await page.getByRole('link', { name: 'reports/q3.md' }).click();
      await rollBack(page, language, 3);
      await expect(content(6)).toContainText('three, by hand');

      expect(await write(server, 'src/a.ts', "export const answer: number = 42; // '''\n", 0)).toBe(200);
      await page.goto(`${server.url}/files?prefix=src`);
      await expect(page.getByRole('table').getByRole('row')).toHaveCount(1 + 1);
      await found.look(page, 'the list');
      await page.getByRole('link', { name: 'src/a.ts' }).click();
      await expect(content(1).locator('[class*=hljs]').first()).toBeVisible();
      expect(found.lines).toEqual([]);
    });

    test('on a phone, and for a viewer, who may look and change nothing', async ({ browser, faults }) => {
      const viewer = await browser.newContext({
        locale: LOCALES[language],
        viewport: { width: 390, height: 800 },
        bypassCSP: true,
      });
      faults.watch(viewer);
      await invite(viewer, server, EVE, 'viewer');
      const page = await viewer.newPage();
      const found = new Findings();
      const visit = async (path: string, title: TextKey) => {
        await page.goto(server.url + path);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(words(title));
        await expect(page.getByText(words('app.loading'))).toHaveCount(0);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await found.look(page, `${path} on a phone`);
      };
      await write(server, 'notes/viewed.md', '# One\n', 0);
      await write(server, 'notes/viewed.md', '# Two\n', 1);
      await visit('/tools', 'nav.tools');
      await visit('/tools?show=skills', 'nav.tools');
      await visit('/tools?show=mcp', 'nav.tools');
      await expect(page.getByRole('button', { name: words('tools.mcp.reconnect') })).toHaveCount(0);
      await visit('/files', 'nav.files');
      await expect(page.getByRole('button', { name: words('files.newFile') })).toHaveCount(0);
      await page.getByRole('link', { name: 'notes/viewed.md' }).click();
      await expect(page.getByRole('button', { name: words('files.compareOf', { version: 1 }) })).toBeVisible();
      await expect(page.getByRole('button', { name: words('files.rollback') })).toHaveCount(0);
      await expect(page.getByRole('button', { name: words('files.edit') })).toHaveCount(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(found.lines).toEqual([]);
      await viewer.close();
    });
  });
}

async function rollBack(page: Page, language: Language, version: number): Promise<void> {
  const words = wordsOf(language);
  await page.getByRole('button', { name: words('files.rollbackOf', { version }) }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(words('files.rollbackLead', { version }));
  await dialog.getByRole('button', { name: words('files.rollback'), exact: true }).click();
  await expect(dialog).toHaveCount(0);
}
