import { writeFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';

import { makeRepository } from '../support/repository.ts';
import { checkExports } from './support/exports.ts';
import { expect, SERVER_AWAY, test } from './support/fixtures.ts';
import { startTask } from './support/new-task.ts';
import { ADA, join, logIn } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing, running } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { GATEWAY_WORDS, LANGUAGES, LOCALES, wordsOf } from './support/words.ts';

const LONG = Array.from({ length: 120 }, (_, at) => `Line ${at + 1} of the answer. `);
const script = playing({
  'Tidy the workspace': [
    running('echo first > /workspace/first.txt', 'I begin with a file.'),
    running('rm -rf /workspace/first.txt', 'Now I clear up.'),
    running('echo half >> /workspace/half.txt; echo begun; sleep 20', 'This takes a while.'),
    { text: [...LONG, 'That was all.'], frameDelayMs: 40, toolCalls: [write('notes.md', '# Notes\n\nKept.\n')] },
    {
      text: '# Result\n\nThe command `echo edited > /workspace/first.txt; cat /workspace/first.txt` showed **edited**.\n\n结果可靠。',
    },
  ],
  'in one sentence': [{ text: 'One sentence is enough.' }],
  'bulk work': [running('echo never > /workspace/never.txt')],
});

function write(name: string, content: string) {
  return { name: 'write_file', arguments: { path: `/workspace/${name}`, content } };
}

test.describe.configure({ mode: 'parallel' });

for (const language of LANGUAGES) {
  test.describe(`the whole journey (QA-1, PF-1, AG-2, AG-4), in ${language}`, () => {
    test.use({ locale: LOCALES[language] });
    let server: Server;
    test.beforeEach(async () => {
      server = await startServer(script);
    });
    test.afterEach(async () => {
      await server.close();
    });

    test('from the first start to the log-out', async ({ browser, faults, page }) => {
      faults.expect(SERVER_AWAY);
      const words = wordsOf(language);
      const other = wordsOf(language === 'en' ? 'zh' : 'en');
      const run = new RunPage(page, words);
      const heading = page.getByRole('heading', { level: 1 });

      await test.step('set up, change the language and back, log out, log in', async () => {
        await join(page, server.product().setupUrl ?? '', ADA, language);
        await expect(heading).toHaveText(words('nav.tasks'));
        await expect(page.getByRole('heading', { name: words('tasks.emptyTitle') })).toBeVisible();
        await page.getByRole('button', { name: GATEWAY_WORDS[language].other }).click();
        await expect(heading).toHaveText(other('nav.tasks'));
        await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? 'zh-CN' : 'en');
        await page.getByRole('button', { name: GATEWAY_WORDS[language === 'en' ? 'zh' : 'en'].other }).click();
        await expect(heading).toHaveText(words('nav.tasks'));
        await page.getByRole('button', { name: words('app.logout') }).click();
        await expect(page).toHaveURL(/\/login$/);
        await logIn(page, { ...ADA, password: 'not the password' }, language);
        await expect(page.getByRole('alert')).toBeVisible();
        await logIn(page, ADA, language);
        await expect(heading).toHaveText(words('nav.tasks'));
      });

      await test.step('a playbook on a real repository, watched live', async () => {
        const repository = pathOf(server.folder, 'repository');
        makeRepository(repository);
        await startTask(page, words, {
          who: 'repository-report',
          parameters: { repository, language },
          tags: 'weekly',
        });
        await run.is('succeeded');
        await expect(run.transcript).toContainText('ein name mit ü.txt');
        await run.transcript.evaluate((log) => log.scrollTo(0, 0));
        await expect(run.transcript).toContainText(repository);
        await expect(run.transcript).toContainText('git_repository');
        await run.show('files');
        await expect(run.panel.getByRole('button', { name: 'report.md' })).toBeVisible();
      });

      await test.step('an agent: approve with other arguments, deny with a reason', async () => {
        await server.product().stop();
        await server.start({ bash: 'always' });
        const input = pathOf(server.folder, 'figures.csv');
        writeFileSync(input, 'a,b\n1,2\n');
        await page.goto(server.url);
        await startTask(page, words, { who: 'careful', task: 'Tidy the workspace', tags: 'tidy', files: [input] });
        await run.is('waiting');
        const given = run.questions.getByLabel(words('run.answer.arguments'), { exact: true });
        await expect(given).toHaveValue(/echo first/);
        await given.fill('not JSON');
        await expect(run.questions.getByRole('button', { name: words('run.choice.approve') })).toBeDisabled();
        await given.fill(JSON.stringify({ command: 'echo edited > /workspace/first.txt; cat /workspace/first.txt' }));
        await run.answer('approve');
        await expect(run.questions.getByLabel(words('run.answer.arguments'), { exact: true })).toHaveValue(/rm -rf/);
        await run.answer('deny', 'It is still needed.');
        await expect(run.transcript).toContainText('It is still needed.');
      });

      await page.evaluate(() => Object.assign(window, { neverReloaded: true }));

      await test.step('the server is killed inside a command: nobody can know, so the human is asked', async () => {
        await expect(run.questions.getByLabel(words('run.answer.arguments'), { exact: true })).toHaveValue(/half/);
        await run.answer('approve');
        await run.show('terminal');
        await expect(run.terminal).toContainText('begun');
        await server.kill();
        await expect(page.getByRole('status').filter({ hasText: reconnecting(words) })).toBeVisible();
        await server.start();
        await expect(run.questions).toContainText(words('run.answer.about.unknown_outcome', { tool: 'bash' }));
        await run.answer('happened', 'I looked: half.txt is there.');
      });

      await test.step('the server is killed inside a streamed answer: the run ends on the same page', async () => {
        await expect(run.transcript).toContainText('Line 20 of the answer.');
        await server.kill();
        await server.start();
        await run.is('succeeded');
        expect(await page.evaluate(() => Reflect.get(window, 'neverReloaded'))).toBe(true);
        await expect(run.transcript).toContainText('结果可靠。');
        await run.show('waterfall');
        await run.waterfall.getByRole('button', { name: /m4/ }).click();
        await expect(run.action('m4')).toContainText(words('run.settled.rerun'));
        await expect(run.action('m4')).toContainText('That was all.');
        expect((await run.action('m4').innerText()).match(/Line 20 of/g)).toHaveLength(1);
        const lost = page.getByRole('term').filter({ hasText: words('run.stat.recoveries') });
        await expect(lost.locator('..').getByRole('definition')).toHaveText('2');
      });

      await test.step('one scrubber moves transcript, waterfall, terminal and files', async () => {
        await run.scrub('Home');
        await expect(run.transcript.getByRole('listitem')).toHaveCount(1);
        await expect(run.waterfall.getByRole('button', { name: /bash/ })).toHaveCount(0);
        await run.show('terminal');
        await expect(run.terminal).toContainText(words('run.noOutput'));
        await run.show('files');
        await expect(run.panel).toContainText(words('run.files.none'));
        const after = `${words('run.checkpoint.action_outcome')} t1.0`;
        for (
          let left = 12;
          left > 0 && !((await run.slider.getAttribute('aria-valuetext')) ?? '').includes(after);
          left -= 1
        ) {
          await run.scrub('ArrowRight');
        }
        await expect(run.slider).toHaveAttribute('aria-valuetext', new RegExp(after.replaceAll('.', '\\.')));
        await expect(run.panel.getByRole('button', { name: 'first.txt' })).toBeVisible();
        await expect(run.panel.getByRole('button', { name: 'half.txt' })).toHaveCount(0);
        await run.panel.getByRole('button', { name: 'first.txt' }).click();
        await expect(run.panel).toContainText('edited');
        await run.show('terminal');
        await expect(run.terminal).toContainText('edited');
        await expect(run.terminal).not.toContainText('begun');
        await expect(run.transcript).not.toContainText('That was all.');
      });

      const original = run.id;
      await test.step('fork from there with another task, its side effects listed first', async () => {
        await run.button('run.fork.button').click();
        const effects = run.dialog.getByRole('region', { name: words('run.fork.effectsLabel') });
        await expect(effects).toContainText('half.txt');
        await expect(effects).toContainText('write_file');
        await expect(effects).not.toContainText('rm -rf');
        await run.dialog.getByLabel(words('run.fork.task')).fill('Say what you did in one sentence');
        await run.button('run.fork.confirm').click();
        await expect(page).not.toHaveURL(new RegExp(original));
        await run.is('succeeded');
        await expect(run.transcript).toContainText('One sentence is enough.');
        await expect(page.getByRole('link', { name: forkedFrom(words) })).toHaveAttribute('href', `/runs/${original}`);
      });
      const fork = run.id;

      await page.goto(`${server.url}/runs/${original}`);
      await run.is('succeeded');
      await test.step('save as a playbook, and find it', async () => {
        await run.button('run.playbook.button').click();
        await run.dialog.getByLabel(words('run.playbook.name')).fill(`tidy-${language}`);
        await run.dialog.getByRole('button', { name: words('run.playbook.save'), exact: true }).click();
        await expect(run.dialog).toHaveCount(0);
        await page
          .getByRole('navigation')
          .getByRole('link', { name: words('nav.new'), exact: true })
          .click();
        await expect(page.getByRole('radio', { name: new RegExp(`^tidy-${language} `) })).toBeVisible();
      });

      await test.step('search, filters, tags; cancel several at once', async () => {
        for (let count = 1; count <= 3; count += 1) {
          const body = { agent: 'assistant', task: `bulk work ${count}`, tags: ['bulk'] };
          expect((await server.product().call('POST', '/api/v1/runs', body)).status).toBe(201);
        }
        await page
          .getByRole('navigation')
          .getByRole('link', { name: words('nav.tasks'), exact: true })
          .click();
        const rows = page.getByRole('table', { name: words('nav.tasks') }).getByRole('row');
        await expect(rows).toHaveCount(1 + 6);
        await page.getByLabel(words('tasks.search')).fill('BULK WORK');
        await expect(rows).toHaveCount(1 + 3);
        await expect(page).toHaveURL(/search=BULK/);
        await page.getByLabel(words('tasks.status')).selectOption({ label: words('status.waiting') });
        await expect(rows.filter({ hasText: words('status.waiting') })).toHaveCount(3);
        await page.getByRole('checkbox', { name: words('tasks.selectAll') }).check();
        await page.getByRole('button', { name: words('tasks.cancelSelected', { count: 3 }) }).click();
        await page.getByRole('dialog').getByLabel(words('run.cancel.reason')).fill('No longer needed.');
        await page
          .getByRole('dialog')
          .getByRole('button', { name: words('run.cancel.confirm') })
          .click();
        await expect(page.getByRole('heading', { name: words('tasks.nothingFound') })).toBeVisible();
        await page.getByRole('link', { name: words('tasks.clearFilters') }).click();
        await expect(page.getByLabel(words('tasks.search'))).toHaveValue('');
        await expect(rows).toHaveCount(1 + 6);
        await expect(rows.filter({ hasText: words('status.canceled') })).toHaveCount(3);
        await rows.getByRole('button', { name: '#weekly' }).click();
        await expect(rows).toHaveCount(1 + 1);
        await expect(rows.last()).toContainText('repository-report');
      });

      await test.step('compare both', async () => {
        await page.goto(`${server.url}/runs/${fork}`);
        await page
          .getByRole('main')
          .getByRole('link', { name: words('run.compare'), exact: true })
          .click();
        await expect(page).toHaveURL(new RegExp(`a=${original}`));
        await expect(heading).toHaveText(words('nav.compare'));
        await expect(page.getByRole('main')).toContainText('bash');
        await expect(page.getByRole('main')).toContainText('One sentence is enough.');
      });

      await page.goto(`${server.url}/runs/${original}`);
      await run.is('succeeded');
      await test.step('export each format', async () => {
        await checkExports(run, pathOf(server.folder, 'exports'), language);
      });

      await test.step('share by a link, and revoke it', async () => {
        await run.button('run.share.button').click();
        await run.dialog.getByRole('button', { name: words('run.share.make') }).click();
        const link = await run.dialog.getByLabel(words('run.share.link'), { exact: true }).inputValue();
        const stranger = await browser.newContext({ locale: LOCALES[language] });
        faults.watch(stranger);
        const shared = await stranger.newPage();
        await shared.goto(link);
        await expect(shared.getByText('结果可靠。').first()).toBeVisible();
        await expect(shared.locator('body')).not.toContainText(server.folder);
        await expect(shared.locator('body')).not.toContainText(ADA.email);
        await run.dialog.getByRole('button', { name: words('run.share.revoke') }).click();
        await expect(run.dialog.getByRole('table')).toContainText(words('run.share.revoked'));
        expect((await shared.goto(link))?.status()).toBe(404);
        await stranger.close();
        await run.dialog.getByRole('button', { name: words('app.close') }).click();
      });

      await test.step('log out', async () => {
        await page.getByRole('button', { name: words('app.logout') }).click();
        await expect(page).toHaveURL(/\/login$/);
        await page.goto(`${server.url}/runs/${original}`);
        await expect(page).toHaveURL(/\/login\?next=/);
      });
    });
  });
}

function reconnecting(words: ReturnType<typeof wordsOf>): RegExp {
  const [before = ''] = words('run.reconnecting', { attempt: '|' }).split('|');
  return new RegExp(before.replaceAll(/[()（）.…]/g, '.'));
}

function forkedFrom(words: ReturnType<typeof wordsOf>): RegExp {
  return new RegExp(words('run.forkedFrom', { seq: '\\d+' }));
}
