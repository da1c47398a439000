import { type BrowserContext, expect, type Page } from '@playwright/test';

import type { Server } from './server.ts';
import { GATEWAY_WORDS, type Language } from './words.ts';

/** Somebody who uses a server. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The owner of every server here. */
export const ADA: Person = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'correct horse battery' };

/** Comes in by a one-time link, as a person does, and lands in the console. */
export async function join(page: Page, link: string, person: Person, language: Language): Promise<void> {
  const words = GATEWAY_WORDS[language];
  await page.goto(link);
  await page.getByLabel(words.name).fill(person.name);
  const email = page.getByLabel(words.email);
  if ((await email.inputValue()) === '') await email.fill(person.email);
  await page.getByLabel(words.password).fill(person.password);
  await page.getByRole('button', { name: words.create }).click();
  await expect(page).toHaveURL(/\/$/);
}

/** Logs in on the log-in page. */
export async function logIn(page: Page, person: Person, language: Language): Promise<void> {
  const words = GATEWAY_WORDS[language];
  await page.getByLabel(words.email).fill(person.email);
  await page.getByLabel(words.password).fill(person.password);
  await page.getByRole('button', { name: words.login }).click();
}

/** Makes the owner of a new server. */
export async function createOwner(server: Server): Promise<void> {
  const token = new URL(server.product().setupUrl ?? server.url).searchParams.get('token') ?? '';
  const response = await fetch(`${server.url}/setup`, {
    method: 'POST',
    body: new URLSearchParams({ token, ...ADA }),
    headers: { origin: server.url },
    redirect: 'manual',
  });
  expect(response.status, await response.text()).toBe(303);
}

/** Gives the context of a browser the session of somebody who is known already. */
export async function enter(context: BrowserContext, server: Server, { email, password }: Person): Promise<void> {
  await submit(context, server, '/login', { email, password });
}

/** Invites somebody with a role, and lets them come in. */
export async function invite(
  context: BrowserContext,
  server: Server,
  person: Person,
  role: 'viewer' | 'operator' | 'admin',
): Promise<void> {
  const { body, status } = await server.product().call('POST', '/api/v1/users/invitations', { role });
  expect(status).toBe(201);
  await submit(context, server, '/setup', {
    token: new URL(String(body['url'])).searchParams.get('token') ?? '',
    ...person,
  });
}

async function submit(context: BrowserContext, server: Server, path: string, form: Record<string, string>) {
  const response = await context.request.post(`${server.url}${path}`, {
    form,
    headers: { origin: server.url },
    maxRedirects: 0,
  });
  expect(response.status(), await response.text()).toBe(303);
}
