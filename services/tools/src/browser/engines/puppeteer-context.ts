import { HoldfastError } from '@holdfast/protocol';
import type { BrowserContext, Dialog, HTTPRequest, Page } from 'puppeteer-core';

import type { EngineContext, PageCdp, PageParts } from './engine.ts';
import { crashed } from './errors.ts';
import { PuppeteerPage } from './puppeteer-page.ts';
import { TextOnly } from './text-only.ts';
import { answers, dialogAnswer, MOST_DIALOGS, pageCdp } from './shared.ts';

interface PageState {
  readonly page: Page;
  readonly gone: Promise<never>;
  cdp: Promise<PageCdp> | undefined;
  textOnly: TextOnly | undefined;
  isDead: boolean;
}

/** The page of a run, by Puppeteer. */
export class PuppeteerContext implements EngineContext<PuppeteerPage> {
  readonly engine = 'puppeteer';
  readonly id: string;
  readonly parts: PageParts;
  readonly page: PuppeteerPage;
  /** Where the main frame wanted to go last. */
  wanted = '';
  /** Documents that the main frame has shown. */
  documents = 0;
  readonly #context: BrowserContext;
  #state: PageState | undefined;

  constructor(context: BrowserContext, parts: PageParts) {
    this.#context = context;
    this.id = context.id ?? '';
    this.parts = parts;
    this.page = new PuppeteerPage(this);
  }

  async begin(): Promise<void> {
    const page = await this.#context.newPage();
    const { promise: gone, reject } = Promise.withResolvers<never>();
    gone.catch(() => undefined);
    const state: PageState = { page, gone, cdp: undefined, textOnly: undefined, isDead: false };
    this.#state = state;
    const die = (): void => {
      state.isDead = true;
      reject(crashed());
    };
    // Puppeteer calls a crash an error.
    page.on('error', die);
    page.on('close', die);
    this.#listen(page);
  }

  /** @throws HoldfastError UNAVAILABLE where the page has crashed or was closed. */
  current(): Page {
    if (this.#state && !this.#state.isDead) return this.#state.page;
    throw crashed();
  }

  /** Does something with the page, unless that dies meanwhile. */
  within<T>(work: Promise<T>): Promise<T> {
    return this.#state ? Promise.race([work, this.#state.gone]) : work;
  }

  cdpOfPage(): Promise<PageCdp> {
    const state = this.#state;
    if (!state || state.isDead) return Promise.reject(crashed());
    state.cdp ??= state.page.createCDPSession().then(pageCdp);
    return state.cdp;
  }

  /**
   * Leaves pictures and the like out from now on, or lets them in again.
   *
   * @returns whether something was left out until now
   */
  async setTextOnly(on: boolean): Promise<boolean> {
    const state = this.#state;
    const hadLeftOut = state?.textOnly?.hasLeftOut === true;
    if (!state || (!on && !state.textOnly?.isOn)) return false;
    state.textOnly ??= new TextOnly(await this.cdpOfPage(), (why) => this.parts.log.said('error', why, ''));
    await state.textOnly.set(on);
    return hadLeftOut;
  }

  identity(): object | undefined {
    return this.#state && !this.#state.isDead ? this.#state.page : undefined;
  }

  async cdp(): Promise<PageCdp> {
    return pageCdp(await this.current().createCDPSession());
  }

  async revive(): Promise<boolean> {
    const state = this.#state;
    if (state && !state.isDead && (await answers(this.cdpOfPage()))) return false;
    await this.begin();
    if (state && !state.page.isClosed()) state.page.close({ runBeforeUnload: false }).catch(() => undefined);
    return true;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  #listen(page: Page): void {
    const { log } = this.parts;
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.documents += 1;
    });
    page.on('request', (request: HTTPRequest) => {
      if (request.isNavigationRequest() && request.frame()?.parentFrame() === null) this.wanted = request.url();
      log.requested(request, { method: request.method(), url: request.url(), type: request.resourceType() });
    });
    page.on('response', (response) => log.ended(response.request(), { status: response.status() }));
    page.on('requestfailed', (request) => log.ended(request, { failure: request.failure()?.errorText ?? 'failed' }));
    page.on('console', (message) => {
      const { url, lineNumber } = message.location();
      log.said(message.type(), message.text(), url === undefined ? '' : `${url}:${(lineNumber ?? 0) + 1}`);
    });
    page.on('pageerror', (error) => log.said('exception', error instanceof Error ? error.message : String(error), ''));
    let dialogs = 0;
    page.on('dialog', (dialog) => void this.#answer(page, dialog, (dialogs += 1)));
  }

  async #answer(page: Page, dialog: Dialog, count: number): Promise<void> {
    const type = dialog.type();
    const { accept } = dialogAnswer(type, undefined);
    this.parts.log.dialog({ type, message: dialog.message(), accepted: accept });
    try {
      if (count > MOST_DIALOGS) {
        this.parts.log.said('error', `The page opened more than ${MOST_DIALOGS} dialogs and was closed.`, '');
        await page.close({ runBeforeUnload: false });
      } else if (accept) await dialog.accept();
      else await dialog.dismiss();
    } catch (error) {
      // The page has gone away under its own dialog.
      this.parts.log.said('error', HoldfastError.from(error).message, '');
    }
  }
}
