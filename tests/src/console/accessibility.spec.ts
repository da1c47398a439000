import { Findings } from './support/axe.ts';
import { expect, test } from './support/fixtures.ts';
import { ADA, createOwner, enter } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing, running } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { LANGUAGES, LOCALES, type TextKey, wordsOf } from './support/words.ts';

const REPORT = `# Report

Some **words**, a [link](https://example.org/), and a task:

- [x] done
- [ ] open

| name | count |
|---|--:|
| a | 1 |

> A quotation.

\`\`\`js
// A comment.
const answer = { text: 'yes', count: 42, ok: true };
export function run(name) { return \`\${name}\`; }
\`\`\`
`;
const script = playing({
  'make a file': [
    {
      ...running(
        "printf '\\033[31mred \\033[32mgreen \\033[33myellow \\033[34mblue \\033[35mmagenta \\033[36mcyan\\033[0m\\n'; echo one > /workspace/one.txt; echo oops >&2",
        'First a command.',
      ),
      reasoning: 'I think about it.',
    },
    running('cat /workspace/missing.txt'),
    { text: REPORT },
  ],
  'wait for me': [running('echo hello > /workspace/hello.txt', 'May I?')],
});
const PLACES = ['users', 'keys', 'models', 'doctor', 'limits', 'audit'] as const;
/** The view beside the transcript. */
const PANEL = '[role=tabpanel]';
const VIEWS = ['waterfall', 'terminal', 'files', 'details'] as const;

test.describe.configure({ mode: 'parallel' });

for (const language of LANGUAGES) {
  test.describe(`axe finds nothing (WCAG 2.2 AA), in ${language}`, () => {
    test.use({ locale: LOCALES[language], bypassCSP: true });
    const words = wordsOf(language);
    let server: Server;
    let ended: string;
    let waiting: string;
    test.beforeEach(async () => {
      server = await startServer(script);
    });
    test.afterEach(async () => {
      await server.close();
    });

    const begin = async (task: string) => {
      const body = { agent: 'assistant', task, tags: ['axe'], limits: { steps: 20, tokens: 10_000 } };
      return String((await server.product().call('POST', '/api/v1/runs', body)).body['id']);
    };
    /** One run that has ended, and one that waits for a human. */
    const fill = async () => {
      ended = await begin('make a file');
      await expect
        .poll(async () => (await server.product().call('GET', `/api/v1/runs/${ended}`)).body['status'])
        .toBe('succeeded');
      await server.product().stop();
      await server.start({ bash: 'always' });
      waiting = await begin('wait for me');
    };

    test('on the pages of work', async ({ faults, page }) => {
      faults.expect(/status of (410|404)|favicon/);
      const found = new Findings();
      const run = new RunPage(page, words);
      await createOwner(server);
      await enter(page.context(), server, ADA);
      await fill();
      await page.goto(server.url);
      await page.getByRole('checkbox', { name: words('tasks.selectAll') }).check();
      await found.look(page, 'tasks');
      await page.goto(`${server.url}/runs?search=nothing-like-it`);
      await expect(page.getByRole('heading', { name: words('tasks.nothingFound') })).toBeVisible();
      await found.look(page, 'nothing found');
      await page.goto(`${server.url}/new`);
      await page.getByText(words('tasks.limits.title'), { exact: true }).click();
      await found.look(page, 'new task for an agent');
      await page.goto(`${server.url}/new?agent=repository-report`);
      await expect(page.getByLabel('repository', { exact: true })).toBeVisible();
      await found.look(page, 'new task for a playbook');

      await page.goto(`${server.url}/runs/${waiting}`);
      await run.is('waiting');
      await found.look(page, 'a run that asks');
      await run.button('run.cancel.button').click();
      await found.look(page, 'cancel', 'dialog');
      await page.keyboard.press('Escape');

      await page.goto(`${server.url}/runs/${ended}`);
      await run.is('succeeded');
      await page.getByText(words('run.reasoning')).click();
      for (const view of VIEWS) {
        await run.show(view);
        if (view === 'files') await run.panel.getByRole('button', { name: 'one.txt' }).click();
        await found.look(page, `a run that has ended, ${view}`, view === 'waterfall' ? 'html' : PANEL);
      }
      await run.show('waterfall');
      await run.button('run.asTable').click();
      await found.look(page, 'the waterfall as a table', PANEL);
      await run.scrub('Home');
      await found.look(page, 'the first checkpoint');
      for (const dialog of ['fork', 'export', 'share', 'playbook'] as const) {
        await run.button(`run.${dialog}.button`).click();
        if (dialog === 'share') await run.dialog.getByRole('button', { name: words('run.share.make') }).click();
        await expect(run.dialog).toBeVisible();
        await found.look(page, dialog, 'dialog');
        await page.keyboard.press('Escape');
        await expect(run.dialog).toHaveCount(0);
      }
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('combobox', { name: words('palette.hint') })).toBeFocused();
      await found.look(page, 'palette', 'dialog');
      await page.keyboard.press('Escape');
      await page.goto(`${server.url}/runs/run_missing`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words('run.missing'));
      await found.look(page, 'no such run');
      await page.setViewportSize({ width: 380, height: 800 });
      await page.goto(`${server.url}/runs/${ended}`);
      await run.is('succeeded');
      await found.look(page, 'a run on a phone');
      expect(found.lines).toEqual([]);
    });

    test('on the other pages', async ({ faults, page }) => {
      faults.expect(/status of (410|404)|favicon/);
      const found = new Findings();
      await page.goto(server.product().setupUrl ?? '');
      await found.look(page, 'set-up');
      await createOwner(server);
      await page.reload();
      await found.look(page, 'a link that was used');
      await page.goto(`${server.url}/login`);
      await found.look(page, 'log-in');
      await enter(page.context(), server, ADA);
      await page.goto(server.url);
      await expect(page.getByRole('heading', { name: words('tasks.emptyTitle') })).toBeVisible();
      await found.look(page, 'no tasks');
      // Away from here while the server starts again.
      await page.goto('about:blank');
      await fill();
      const visit = async (path: string, title: TextKey) => {
        await page.goto(`${server.url}${path}`);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(words(title));
        await expect(page.getByText(words('app.loading'))).toHaveCount(0);
        await found.look(page, path);
      };
      await visit('/compare', 'nav.compare');
      await visit(`/compare?a=${ended}&b=${waiting}`, 'nav.compare');
      await visit('/insight', 'nav.insight');
      await visit('/account', 'nav.account');
      for (const place of PLACES) await visit(`/admin/${place}`, `nav.${place}`);
      await visit('/admin/nowhere', 'app.notFoundTitle');
      const { body } = await server.product().call('POST', `/api/v1/runs/${ended}/shares`, {
        expires_in_hours: 24,
        lang: language,
      });
      await page.goto(String(body['url']));
      await expect(page.getByRole('heading', { name: 'Report', exact: true }).first()).toBeVisible();
      await found.look(page, 'what is shared');
      expect(found.lines).toEqual([]);
    });
  });
}
