import { expect, type Page } from '@playwright/test';

import type { Words } from './words.ts';

/** What a task is made of. */
export interface NewTask {
  readonly who: string;
  readonly task?: string;
  /** Parameters of a playbook that are typed. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: string;
  /** Files that are uploaded. */
  readonly files?: readonly string[];
}

/** Starts a task from the menu, and lands on the page of its run. */
export async function startTask(page: Page, words: Words, wanted: NewTask): Promise<void> {
  const { files = [], parameters = {}, tags, task, who } = wanted;
  await page
    .getByRole('navigation')
    .getByRole('link', { name: words('nav.new'), exact: true })
    .click();
  await page.getByRole('radio', { name: new RegExp(`^${who} `) }).check();
  if (task !== undefined) await page.getByLabel(words('tasks.task'), { exact: true }).fill(task);
  for (const [name, value] of Object.entries(parameters)) {
    const field = page.getByLabel(name, { exact: true });
    const tag = await field.evaluate((element) => element.tagName);
    await (tag === 'SELECT' ? field.selectOption(value) : field.fill(value));
  }
  if (files.length > 0) {
    await page.getByLabel(words('tasks.files.hint')).setInputFiles([...files]);
    await expect(page.getByText(words('tasks.files.state.there'))).toHaveCount(files.length);
  }
  if (tags !== undefined) await page.getByLabel(words('tasks.tags')).fill(tags);
  await page.getByRole('button', { name: words('tasks.start'), exact: true }).click();
  await expect(page).toHaveURL(/\/runs\/run_/);
}
