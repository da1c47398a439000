import type { BrowserContext } from '@playwright/test';

import { expect, test } from './support/fixtures.ts';
import { ADA, createOwner, enter } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing, running } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { wordsOf } from './support/words.ts';

const RLO = '\u202e';
const SHOWN = '⟨U+202E⟩';
/** What must never run: each way in sets a flag of its own. */
const MARKUP = [
  '<script>window.pwned = "script"</script>',
  '<img src=x onerror="window.pwned = \'onerror\'">',
  '<svg onload="window.pwned = \'svg\'"><script>window.pwned = "svg script"</script></svg>',
  '<iframe srcdoc="<script>parent.pwned = \'srcdoc\'</script>"></iframe>',
  '<math><mtext><table><mglyph><style><img src=x onerror="window.pwned = \'mutation\'">',
  '<a href="javascript:window.pwned = \'raw link\'">raw link</a>',
  '<form action="https://evil.example/"><button>raw button</button></form>',
  '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<style>@import "https://evil.example/x.css"; * { background: url(https://evil.example/y) }</style>',
].join('\n\n');
const LINKS = [
  '[a script link](javascript:window.pwned="link")',
  '[a coded link](&#106;avascript:window.pwned="coded")',
  '[a spaced link](java&#10;script:window.pwned="spaced")',
  '[a data link](data:text/html,<script>window.opener.pwned="data"</script>)',
  '[a late link][late]',
  '<javascript:window.pwned="autolink">',
  '![a picture](https://evil.example/track.png)',
  '![a vector](data:image/svg+xml,<svg onload="window.pwned=1"/>)',
  '[late]: javascript:window.pwned="late"',
].join('\n\n');
const NESTED = `${'>'.repeat(3000)} deep\n\n${'['.repeat(3000)}x${']'.repeat(3000)}\n\n${'*a **b '.repeat(2000)}`;
const TASK = `hostile ${RLO}gpj.exe <img src=x onerror="window.pwned='title'">`;
const NAME = `a${RLO}gnp.<img src=x onerror=window.pwned=1>.txt`;
const ESCAPES = [
  String.raw`\033]8;;javascript:window.pwned=1\033\\a terminal link\033]8;;\033\\`,
  String.raw`\033]0;a title\007\033[2J\033[1;1H\033[31mred\033[0m\033[?1049h`,
  '<script>window.pwned=1</script>',
].join(String.raw`\n`);

const script = playing({
  hostile: [
    running(
      `printf '${ESCAPES}\\n'; printf 'abc%sdef\\n' '${RLO}'; printf '%s' evil > '${NAME}'`,
      `${MARKUP}\n\n${LINKS}`,
    ),
    { text: `# Report\n\n${RLO}evil\n\n${MARKUP}\n\n${LINKS}\n\n${NESTED}` },
  ],
  'one huge line': [
    running("head -c 5000000 /dev/zero | tr '\\0' 'x'; echo; echo done"),
    { text: 'x'.repeat(300_000) },
  ],
  'ten megabytes': [
    running("yes 'a line of the terminal that is as long as such lines are' | head -c 10000000; echo; echo done"),
    { text: 'Done.' },
  ],
});
const words = wordsOf('en');

test.describe('hostile content (QA-4)', () => {
  test.use({ locale: 'en-US' });
  let server: Server;
  test.beforeAll(async () => {
    server = await startServer(script);
    await createOwner(server);
  });
  test.afterAll(async () => {
    await server.close();
  });

  const begin = async (task: string) =>
    String((await server.product().call('POST', '/api/v1/runs', { agent: 'assistant', task })).body['id']);

  test('nothing of what models and tools say is executed, loaded, or believed', async ({ context, page }) => {
    const seen = await listen(context, server);
    await enter(context, server, ADA);
    const run = new RunPage(page, words);
    await page.goto(`${server.url}/runs/${await begin(TASK)}`);
    await run.is('succeeded');
    await expect(page.getByRole('heading', { level: 1 }).first()).toContainText(`hostile ${SHOWN}gpj.exe <img`);
    // In Markdown the name of the character is an element of its own.
    await expect(run.transcript).toContainText('U+202Eevil');
    expect(await page.locator('body').innerText()).not.toContain(RLO);
    for (const link of await run.transcript.getByRole('link').all()) {
      expect((await link.getAttribute('href')) ?? '').toMatch(/^(https?:|mailto:|#|\/)/);
    }
    for (const selector of ['script', 'iframe', 'form', 'base', 'style', 'svg', 'object', 'img[src^="http"]']) {
      await expect(run.transcript.locator(selector)).toHaveCount(0);
    }
    // Whatever can still be clicked in it is clicked.
    for (const text of ['a script link', 'a coded link', 'a data link', 'a late link', 'raw link']) {
      const there = run.transcript.getByText(text, { exact: true }).last();
      if ((await there.count()) > 0) await there.click();
    }
    await expect(page).toHaveURL(/\/runs\/run_/);
    await run.show('terminal');
    await expect(run.terminal).toContainText('a terminal link');
    await expect(run.terminal).toContainText(`abc${SHOWN}def`);
    await expect(run.terminal.getByRole('link')).toHaveCount(0);
    await run.show('files');
    await run.panel.getByRole('button', { name: /^▸? ?a⟨U\+202E⟩gnp\.<img/ }).click();
    await expect(run.panel).toContainText('evil');
    for (const view of ['waterfall', 'details'] as const) await run.show(view);
    for (const path of ['/', `/compare?a=${run.id}`, '/insight']) {
      await page.goto(server.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    }
    await page.goto(server.url);
    await expect(page.getByRole('link', { name: /^hostile ⟨U\+202E⟩gpj/ })).toBeVisible();
    expect(await seen.found()).toEqual([]);
  });

  for (const [task, tool] of [
    ['one huge line', 'a single line of 5 MB'],
    ['ten megabytes', '10 MB in the terminal'],
  ] as const) {
    test(`${tool} freezes nothing`, async ({ context, page }) => {
      const seen = await listen(context, server);
      await enter(context, server, ADA);
      const run = new RunPage(page, words);
      await page.goto(`${server.url}/runs/${await begin(task)}`);
      await run.show('terminal');
      await expect(run.terminal).toContainText(/x{20}|a line of the terminal/);
      // It answers while the output comes, and afterwards, live and read again.
      for (const view of ['details', 'files', 'terminal', 'waterfall'] as const) {
        await run.show(view);
        await expect(page.getByRole('tab', { name: words(`run.panel.${view}`) })).toHaveAttribute(
          'aria-selected',
          'true',
        );
      }
      await run.is('succeeded');
      await page.reload();
      await run.is('succeeded');
      await run.show('terminal');
      await expect(run.terminal).toContainText(/x{20}|a line of the terminal/);
      await run.scrub('Home', 'End');
      expect(await page.locator('*').count()).toBeLessThan(3000);
      expect(await seen.found()).toEqual([]);
    });
  }
});

/** Notes whatever hostile content could bring about. */
async function listen(context: BrowserContext, server: Server) {
  const events: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== server.url) events.push(`request ${url.href}`);
  });
  context.on('dialog', (dialog) => {
    events.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (page) => page.on('popup', (popup) => events.push(`popup ${popup.url()}`)));
  await context.exposeFunction('noteViolation', (text: string) => events.push(`violation ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) => {
      Reflect.get(window, 'noteViolation')(`${violatedDirective} ${blockedURI}`);
    });
  });
  return {
    /** All of it, and the flags that a script would have set. */
    async found(): Promise<string[]> {
      const flags = await Promise.all(context.pages().map((page) => page.evaluate(() => Reflect.get(window, 'pwned'))));
      return [...events, ...flags.filter((flag) => flag !== undefined).map((flag) => `flag ${String(flag)}`)];
    },
  };
}
