import { expect, type Locator, type Page } from '@playwright/test';

import type { TextKey, Words } from './words.ts';

/** The views beside the transcript. */
export type View = 'waterfall' | 'terminal' | 'files' | 'browser' | 'details';

/** The page of a run, as its reader finds things on it: by what they are and what they are called. */
export class RunPage {
  readonly page: Page;
  readonly words: Words;

  constructor(page: Page, words: Words) {
    this.page = page;
    this.words = words;
  }

  /** The id of the run, from the address. */
  get id(): string {
    return decodeURIComponent(new URL(this.page.url()).pathname.split('/').at(-1) ?? '');
  }

  get transcript(): Locator {
    return this.page.getByRole('log', { name: this.words('run.panel.transcript') });
  }

  get terminal(): Locator {
    return this.page.getByRole('log', { name: this.words('run.panel.terminal') });
  }

  get waterfall(): Locator {
    return this.page.getByRole('list', { name: this.words('run.panel.waterfall') });
  }

  get panel(): Locator {
    return this.page.getByRole('tabpanel');
  }

  get questions(): Locator {
    return this.page.getByRole('region', { name: this.words('run.questions') });
  }

  get slider(): Locator {
    return this.page.getByRole('slider', { name: this.words('run.scrub.checkpoint') });
  }

  /** One action of the transcript, such as `m1` or `t1.0`. */
  action(id: string): Locator {
    return this.transcript.getByRole('article', { name: new RegExp(` ${id.replaceAll('.', '\\.')}$`) });
  }

  button(key: TextKey): Locator {
    return this.page.getByRole('button', { name: this.words(key), exact: true });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async show(view: View): Promise<void> {
    await this.page.getByRole('tab', { name: this.words(`run.panel.${view}`) }).click();
  }

  /** Waits until the run is said to be in this state: what a screen reader is told. */
  async is(status: 'waiting' | 'succeeded' | 'failed' | 'canceled', timeout = 60_000): Promise<void> {
    const sentence = this.words('run.announce.status', { status: this.words(`status.${status}`) });
    await expect(this.page.getByRole('status').filter({ hasText: sentence })).toHaveCount(1, { timeout });
  }

  /** Answers the one open question. */
  async answer(choice: 'approve' | 'deny' | 'happened' | 'retry', reason = ''): Promise<void> {
    if (reason !== '') {
      const field = this.words(choice === 'deny' || choice === 'approve' ? 'run.answer.reason' : 'run.answer.text');
      await this.questions.getByLabel(field).fill(reason);
    }
    await this.questions.getByRole('button', { name: this.words(`run.choice.${choice}`) }).click();
  }

  /** Moves the one scrubber, by keyboard. */
  async scrub(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.slider.press(key);
  }
}
