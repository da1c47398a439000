import type { Page } from '@playwright/test';

import { expect, test } from './support/fixtures.ts';
import { createOwner, invite, type Person } from './support/people.ts';
import { RunPage } from './support/run-page.ts';
import { startTask } from './support/new-task.ts';
import { playing, running } from './support/script.ts';
import { type Server, startServer } from './support/server.ts';
import { LANGUAGES, LOCALES, type TextKey, wordsOf } from './support/words.ts';

const STEERING: readonly TextKey[] = [
  'run.stop',
  'run.cancel.button',
  'run.fork.button',
  'run.share.button',
  'run.choice.approve',
  'run.choice.deny',
];
const ADMIN = ['users', 'keys', 'models', 'doctor', 'limits', 'audit'] as const;

const script = playing({ 'ask first': [running('echo hello > /workspace/hello.txt'), { text: 'Done.' }] });

for (const language of LANGUAGES) {
  test.describe(`roles in the console (QA-1), in ${language}`, () => {
    test.use({ locale: LOCALES[language] });
    const words = wordsOf(language);
    let server: Server;
    let id: string;
    test.beforeAll(async () => {
      server = await startServer(script, { bash: 'always' });
      await createOwner(server);
      const { body } = await server.product().call('POST', '/api/v1/runs', { agent: 'assistant', task: 'ask first' });
      id = String(body['id']);
    });
    test.afterAll(async () => {
      await server.close();
    });

    test('a viewer watches, and is refused everything else by the server itself', async ({ context, faults, page }) => {
      await invite(context, server, person('Vera'), 'viewer');
      const run = new RunPage(page, words);
      await page.goto(`${server.url}/runs/${id}`);
      await run.is('waiting');
      await expect(run.questions).toContainText(words('run.answer.notYou'));
      for (const key of STEERING) await expect(run.button(key)).toHaveCount(0);
      await expect(run.button('run.export.button')).toBeVisible();
      await page.goto(server.url);
      await expect(page.getByRole('table', { name: words('nav.tasks') })).toBeVisible();
      await expect(page.getByRole('checkbox')).toHaveCount(0);
      await expect(page.getByRole('link', { name: words('nav.new') })).toHaveCount(0);
      await page.goto(`${server.url}/new`);
      await expect(page.getByText(words('app.notAllowed'))).toBeVisible();
      for (const name of ADMIN) {
        await page.goto(`${server.url}/admin/${name}`);
        await expect(page.getByText(words('app.notAllowed'))).toBeVisible();
      }

      faults.expect(/status of 403/);
      const question = await openQuestion(server, id);
      const refused = await callAll(page, [
        ['POST', '/api/v1/runs', { agent: 'assistant', task: 'mine' }],
        ['POST', `/api/v1/runs/${id}/answers`, { action_id: question, choice: 'approve' }],
        ['POST', `/api/v1/runs/${id}/stop`],
        ['POST', `/api/v1/runs/${id}/cancel`, { reason: 'because' }],
        ['POST', `/api/v1/runs/${id}/fork`, { seq: 1 }],
        ['POST', `/api/v1/runs/${id}/playbook`, { name: 'mine' }],
        ['POST', `/api/v1/runs/${id}/shares`, { expires_in_hours: 24, lang: 'en' }],
        ['GET', '/api/v1/users'],
        ['POST', '/api/v1/users/invitations', { role: 'viewer' }],
        ['GET', '/api/v1/keys'],
        ['GET', '/api/v1/config'],
        ['GET', '/api/v1/audit'],
        ['POST', '/api/v1/models/check', { id: 'local/scripted' }],
      ]);
      expect(refused.filter(({ status }) => status !== 403)).toEqual([]);
      const { body } = await server.product().call('GET', `/api/v1/runs/${id}`);
      expect(body['status']).toBe('waiting');
    });

    test('an operator runs and approves, and administers nothing', async ({ context, faults, page }) => {
      await invite(context, server, person('Otto'), 'operator');
      const run = new RunPage(page, words);
      await page.goto(server.url);
      await startTask(page, words, { who: 'assistant', task: 'ask first' });
      await run.is('waiting');
      await run.answer('approve');
      await run.is('succeeded');
      await expect(page.getByRole('navigation').getByRole('link', { name: words('nav.users') })).toHaveCount(0);
      for (const name of ADMIN) {
        await page.goto(`${server.url}/admin/${name}`);
        await expect(page.getByText(words('app.notAllowed'))).toBeVisible();
      }
      faults.expect(/status of 403/);
      const refused = await callAll(page, [
        ['GET', '/api/v1/users'],
        ['POST', '/api/v1/users/invitations', { role: 'operator' }],
        ['POST', '/api/v1/keys', { name: 'mine', role: 'operator', scopes: ['runs:read'] }],
        ['GET', '/api/v1/config'],
        ['GET', '/api/v1/audit'],
        ['POST', '/api/v1/models/check', { id: 'local/scripted' }],
      ]);
      expect(refused.filter(({ status }) => status !== 403)).toEqual([]);
    });
  });
}

function person(name: string): Person {
  return { name, email: `${name.toLowerCase()}@example.org`, password: 'a long enough password' };
}

async function openQuestion(server: Server, id: string): Promise<string> {
  const { body } = await server.product().call('GET', `/api/v1/runs/${id}/actions`);
  const actions = body['actions'] as { id: string; kind: string }[];
  return String(actions.find(({ kind }) => kind === 'question')?.id);
}

/** Calls the API as a script in the page could: with the visitor's own session. */
async function callAll(page: Page, calls: readonly (readonly [string, string, object?])[]) {
  return page.evaluate(
    async (asked) =>
      Promise.all(
        asked.map(async ([method, path, body]) => {
          const response = await fetch(path, {
            method,
            ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
          });
          return { method, path, status: response.status };
        }),
      ),
    calls.map(([method, path, body]) => [method, path, body] as const),
  );
}
