import { expect, SERVER_AWAY, test } from './support/fixtures.ts';
import { ADA, createOwner, enter } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { playing } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { LANGUAGES, LOCALES, wordsOf } from './support/words.ts';

for (const language of LANGUAGES) {
  test.describe(`the console without a network (PF-1), in ${language}`, () => {
    test.use({ locale: LOCALES[language] });
    const words = wordsOf(language);
    let server: Server;
    test.beforeEach(async () => {
      server = await startServer(playing({ 'be quick': [{ text: 'Very quick.' }] }));
    });
    test.afterEach(async () => {
      await server.close();
    });

    test('a visited page is there after a reload, says so, keeps nothing of the API, and heals', async ({
      context,
      faults,
      page,
    }) => {
      faults.expect(SERVER_AWAY);
      await createOwner(server);
      await enter(context, server, ADA);
      const { body } = await server.product().call('POST', '/api/v1/runs', { agent: 'assistant', task: 'be quick' });
      const run = new RunPage(page, words);
      await page.goto(`${server.url}/runs/${String(body['id'])}`);
      await run.is('succeeded');
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });

      await context.setOffline(true);
      await page.reload();
      const offline = page.getByRole('status').filter({ hasText: words('app.offline') });
      await expect(offline).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words('run.title'));
      await expect(page.getByText('Very quick.')).toHaveCount(0);

      const kept = await page.evaluate(async () => {
        const names = await caches.keys();
        const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return lists.flat().map(({ url }) => new URL(url).pathname);
      });
      expect(kept).toContain('/');
      expect(kept.some((path) => path.startsWith('/assets/'))).toBe(true);
      expect(kept.filter((path) => !/^\/(assets\/.*|theme\.js|icon\.svg|manifest\.webmanifest)?$/.test(path))).toEqual(
        [],
      );

      await context.setOffline(false);
      await expect(page.getByText('Very quick.').first()).toBeVisible();
      await expect(offline).toHaveCount(0);
    });
  });
}
