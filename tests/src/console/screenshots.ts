// Takes a picture of every page in both languages into docs/screenshots/<language>/<page>.png.
//   npm run screenshots
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Browser, chromium, expect as expectAtOnce, type Page } from '@playwright/test';

import { makeRepository } from '../support/repository.ts';
import { BROWSER_ARGS, findChromium } from './support/chromium.ts';
import { begin, reached } from './support/ended.ts';
import { FACTS, fillMemory } from './support/memories.ts';
import { ADA, createOwner, enter } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing, running } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { type Language, LANGUAGES, LOCALES, type TextKey, wordsOf } from './support/words.ts';

/** The doctor prints a PDF with a browser of its own, which takes its time. */
const expect = expectAtOnce.configure({ timeout: 60_000 });
const FOLDER = join(import.meta.dirname, '..', '..', '..', 'docs', 'screenshots');
const SERVED = join(tmpdir(), 'holdfast-pictures');
const SIZE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 800 };
/** No picture may be larger, bytes. */
const MOST_BYTES = 180_000;
const PLACES = ['users', 'keys', 'models', 'doctor', 'limits', 'audit'] as const;

const TASKS = {
  en: {
    ended: 'Count the lines of each table and write a summary',
    waiting: 'Remove the temporary files',
    begin: 'I look at the data first.',
    ask: 'These files are no longer needed.',
    report: (lines: string) =>
      `# Summary\n\nThe tables have **${lines} lines** in all, as \`wc -l orders.csv customers.csv\` shows.\n\n| table | lines |\n|---|--:|\n| orders | 120 |\n| customers | 30 |\n`,
  },
  zh: {
    ended: '统计每个表的行数并写出摘要',
    waiting: '删除临时文件',
    begin: '我先看一下数据。',
    ask: '这些文件已不再需要。',
    report: (lines: string) =>
      `# 摘要\n\n各表共有 **${lines} 行**，见 \`wc -l orders.csv customers.csv\`。\n\n| 表 | 行数 |\n|---|--:|\n| orders | 120 |\n| customers | 30 |\n`,
  },
} as const;

const SHARED = 'reports/q3.md';
const REPORTS = [
  '# Q3\n\n| region | sales |\n|---|--:|\n| north | 12 |\n',
  '# Q3\n\n| region | sales |\n|---|--:|\n| north | 14 |\n| south | 3 |\n',
] as const;

/** What the model says: the same each time, so that only times and ids differ between two pictures. */
function scriptOf(language: Language) {
  const { ask, begin: first, ended, report, waiting } = TASKS[language];
  const write = { name: 'write_file', arguments: { path: '/workspace/summary.md', content: report('150') } };
  return playing({
    [ended]: [
      { ...running('seq 120 > orders.csv; seq 30 > customers.csv; ls -l --time-style=+', first), frameDelayMs: 30 },
      { ...running('wc -l orders.csv customers.csv'), frameDelayMs: 60 },
      { toolCalls: [write], frameDelayMs: 40 },
      { text: report('150'), frameDelayMs: 20 },
    ],
    [waiting]: [running('rm -r /workspace/tmp', ask)],
  });
}

/** All pages in one language. */
async function picture(browser: Browser, language: Language): Promise<void> {
  const words = wordsOf(language);
  // A folder without a number in its name: paths are shown on some pages.
  mkdirSync(SERVED, { recursive: true });
  const dir = { path: SERVED, remove: () => rmSync(SERVED, { recursive: true, force: true }) };
  const server = await startServer(scriptOf(language), {}, dir);
  const folder = join(FOLDER, language);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const context = await browser.newContext({ locale: LOCALES[language], viewport: SIZE, colorScheme: 'light' });
    const page = await context.newPage();
    const take = (name: string) => takePicture(page, join(folder, `${name}.png`));
    await page.goto(server.product().setupUrl ?? '');
    await take('setup');
    await createOwner(server);
    await page.goto(`${server.url}/login`);
    await take('login');
    await enter(context, server, ADA);
    await page.goto(server.url);
    await expect(page.getByRole('heading', { name: words('tasks.emptyTitle') })).toBeVisible();
    await take('tasks-empty');

    const { ended, first, waiting } = await work(server, language);
    await page.goto(server.url);
    await expect(page.getByRole('row')).toHaveCount(4);
    await take('tasks');
    await page.goto(`${server.url}/new`);
    await expect(page.getByRole('radio', { checked: true })).toBeVisible();
    await take('new-task');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await take('palette');

    await page.goto(`${server.url}/runs/${waiting}`);
    const run = new RunPage(page, words);
    await run.is('waiting');
    await expect(run.waterfall).toBeVisible();
    await take('run-question');
    await page.goto(`${server.url}/runs/${ended}`);
    await run.is('succeeded');
    await expect(run.transcript.getByRole('table').last()).toBeVisible();
    await take('run');
    await run.show('terminal');
    await expect(run.terminal).toContainText('wc -l');
    await take('run-terminal');
    await run.show('files');
    await run.panel.getByRole('button', { name: 'summary.md' }).click();
    await expect(run.panel.getByText('| orders | 120 |')).toBeVisible();
    await take('run-files');
    await run.show('details');
    await expect(run.panel).toContainText(ended);
    await take('run-details');
    await run.show('waterfall');
    await page.emulateMedia({ colorScheme: 'dark' });
    await take('run-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    for (const dialog of ['fork', 'export', 'share', 'playbook'] as const) {
      await run.button(`run.${dialog}.button`).click();
      await take(dialog);
      await page.keyboard.press('Escape');
    }
    await page.setViewportSize(PHONE);
    await page.goto(`${server.url}/runs/${ended}`);
    await run.is('succeeded');
    await take('run-phone');
    await page.setViewportSize(SIZE);

    const visit = async (path: string, title: TextKey, name: string) => {
      await page.goto(server.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words(title));
      await expect(page.getByText(words('app.loading'))).toHaveCount(0);
      await take(name);
    };
    await visit(`/compare?a=${first}&b=${ended}`, 'nav.compare', 'compare');
    await visit('/insight', 'nav.insight', 'insight');
    await visit('/tools', 'nav.tools', 'tools');
    await page.getByRole('button', { name: words('tools.try.of', { name: 'bash' }), exact: true }).click();
    await page.getByLabel('command *').fill('wc -l *.csv | sort -n');
    await page.getByRole('button', { name: words('tools.try.go') }).click();
    await expect(page.getByText(words('tools.try.can'))).toBeVisible();
    await take('dry-run');
    await share(server, 0, REPORTS[0]);
    await share(server, 1, REPORTS[1]);
    await visit('/files', 'nav.files', 'files');
    await page.getByRole('link', { name: SHARED }).click();
    await page.getByRole('button', { name: words('files.compareOf', { version: 1 }) }).click();
    await expect(page.getByText('| south | 3 |')).toBeVisible();
    await take('file');
    const [memory] = await fillMemory(server, language);
    await visit(`/memory?q=${encodeURIComponent(FACTS[language][0])}`, 'nav.memory', 'memory');
    await visit('/memory/timeline', 'memory.places.timeline', 'memory-timeline');
    await visit('/memory/graph', 'memory.places.graph', 'memory-graph');
    await visit(`/memory/${memory}`, 'memory.one.title', 'memory-one');
    await visit('/memory/conversations', 'memory.places.conversations', 'memory-conversations');
    await visit('/account', 'nav.account', 'account');
    for (const place of PLACES) await visit(`/admin/${place}`, `nav.${place}`, `admin-${place}`);
    const { body } = await server
      .product()
      .call('POST', `/api/v1/runs/${ended}/shares`, { expires_in_hours: 24, lang: language });
    await page.goto(String(body['url']));
    await take('shared');
    await context.close();
  } finally {
    await server.close();
  }
}

/** A report on a repository, a run that has ended, and one that waits for its reader. */
async function work(server: Server, language: Language) {
  const repository = join(server.folder, 'repository');
  makeRepository(repository);
  const first = await begin(server, {
    agent: 'repository-report',
    parameters: { repository, language },
    tags: ['weekly'],
  });
  await reached(server, first, 'succeeded');
  const ended = await begin(server, { task: TASKS[language].ended, limits: { tokens: 1000, steps: 20 } });
  await reached(server, ended, 'succeeded');
  await server.product().stop();
  await server.start({ bash: 'always' });
  const waiting = await begin(server, { task: TASKS[language].waiting });
  await reached(server, waiting, 'waiting');
  return { first, ended, waiting };
}

/** Writes the next version of the shared file. */
async function share(server: Server, base: number, text: string): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/files/content?path=${encodeURIComponent(SHARED)}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${server.product().key}`,
      'content-type': 'application/octet-stream',
      'if-match': `"${base}"`,
    },
    body: text,
  });
  expect(response.status).toBe(200);
}

async function takePicture(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}.`);
  process.stderr.write(`${path}\n`);
}

const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: [...BROWSER_ARGS] });
try {
  for (const language of LANGUAGES) await picture(browser, language);
} finally {
  await browser.close();
}
