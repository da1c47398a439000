import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { createGateway, type Gateway } from '@holdfast/gateway';
import { renderMarkdown } from '@holdfast/markdown';
import { create, type ToolsApi, toolspb } from '@holdfast/protocol';
import { createPdfPrinter } from '@holdfast/tools';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addFinishedRun, HOSTILE } from '../../../services/gateway/src/export/testing.ts';
import { call, testDeps } from '../../../services/gateway/src/testing.ts';
import { Findings } from '../console/support/axe.ts';
import { findChromium } from '../console/support/chromium.ts';
import { tempDir } from '../support/temp-dir.ts';

const executablePath = findChromium();
const pdftotext = await promisify(execFile)('pdftotext', ['-v']).then(
  () => true,
  () => false,
);

describe.skipIf(executablePath === undefined)('exports and shares in a real browser, with chromium (QA-1)', () => {
  const dir = tempDir();
  let browser: Browser;
  let gateway: Gateway;
  let remove: () => Promise<void>;
  let url = '';
  let key = '';

  beforeAll(async () => {
    const test = await testDeps();
    remove = test.remove;
    const printer = createPdfPrinter({ executable: undefined, path: process.env['PATH'] ?? '' });
    const printPdf: ToolsApi['printPdf'] = async ({ html, lang, title }) =>
      create(toolspb.PrintPdfResponseSchema, { pdf: await printer.print({ html, lang, title }) });
    gateway = await createGateway({ ...test.deps, tools: { ...test.deps.tools, printPdf } });
    url = await gateway.listen();
    key = (await readFile(join(test.deps.dataDir, 'local.key'), 'utf8')).trim();
    addFinishedRun(test.agent, { id: 'r1', workspace: '/nowhere' });
    browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await remove();
    dir.remove();
  });

  /** Opens a page; says what it asked the network for beside itself, and whether anything in it ran. */
  async function look(
    address: string,
    then: (page: Page) => Promise<void>,
  ): Promise<{ asked: string[]; ran: unknown }> {
    const page = await (await browser.newContext()).newPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== address) asked.push(request.url());
    });
    await page.goto(address);
    for (const link of await page.locator('a:not([href])').all()) await link.dispatchEvent('click');
    const ran: unknown = await page.evaluate(() => (globalThis as unknown as { pwned?: unknown }).pwned ?? null);
    await then(page);
    await page.context().close();
    return { asked, ran };
  }

  const exported = (format: string, lang = 'en') =>
    fetch(`${url}/api/v1/runs/r1/export?format=${format}&lang=${lang}`, {
      headers: { authorization: `Bearer ${key}` },
    });

  it('show what is hostile, and neither run nor fetch any of it', async () => {
    const file = join(dir.path, 'report.html');
    await writeFile(file, await (await exported('html')).text());
    const saved = await look(pathToFileURL(file).href, async (page) => {
      expect(await page.getByText('<script>window.pwned = 1').count()).toBeGreaterThan(2);
      expect(await page.locator('script, img, svg, iframe').count()).toBe(0);
    });
    expect(saved).toEqual({ asked: [], ran: null });
    const made = await call(`${url}/api/v1/runs/r1/shares`, { key, json: { lang: 'zh' } });
    const shared = await look(made.json<{ url: string }>().url, async (page) => {
      expect(await page.getByText('[redacted]').count()).toBeGreaterThan(0);
    });
    expect(shared).toEqual({ asked: [], ran: null });
  });

  it('lead from a statement of the report to its action', async () => {
    const file = join(dir.path, 'linked.html');
    await writeFile(file, await (await exported('html')).text());
    await look(pathToFileURL(file).href, async (page) => {
      await page.getByRole('link', { name: '[1]' }).first().click();
      expect(new URL(page.url()).hash).toBe('#action-t1.0');
      await expect.poll(() => page.locator('article:target').getAttribute('id')).toBe('action-t1.0');
    });
  });

  it('are accessible in both languages and themes', async () => {
    const findings = new Findings();
    for (const lang of ['en', 'zh']) {
      const file = join(dir.path, `axe-${lang}.html`);
      await writeFile(file, await (await exported('html', lang)).text());
      await look(pathToFileURL(file).href, (page) => findings.look(page, `export ${lang}`));
    }
    expect(findings.lines).toEqual([]);
  });

  it('render Markdown that does nothing, without a policy to help', async () => {
    const file = join(dir.path, 'markdown.html');
    await writeFile(file, `<!doctype html><meta charset="utf-8"><title>x</title>${renderMarkdown(HOSTILE)}`);
    const { asked, ran } = await look(pathToFileURL(file).href, async () => undefined);
    expect({ asked, ran }).toEqual({ asked: [], ran: null });
  });

  it.skipIf(!pdftotext)('print report and actions on paper, in both languages, with pdftotext', async () => {
    for (const [lang, words] of [
      ['en', ['Report 报告', 'git rev-list --count HEAD', 'run again after a crash', 'unknown', 'approved:']],
      ['zh', ['Report 报告', 'git rev-list --count HEAD', '崩溃后重新执行', '未知', '智能体']],
    ] as const) {
      const answer = await exported('pdf', lang);
      expect(answer.headers.get('content-type')).toBe('application/pdf');
      const file = join(dir.path, `${lang}.pdf`);
      await writeFile(file, Buffer.from(await answer.arrayBuffer()));
      const { stdout } = await promisify(execFile)('pdftotext', ['-layout', file, '-']);
      for (const word of words) expect(stdout.replaceAll(/\s+/g, ' ')).toContain(word);
    }
  });
});
