import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import type { BrowserContext, ConsoleMessage, Dialog, Page, Request } from 'playwright-core';

import type { EngineContext, PageCdp, PageParts } from './engine.ts';
import { crashed } from './errors.ts';
import { PlaywrightPage } from './playwright-page.ts';
import { answers, dialogAnswer, MOST_DIALOGS, pageCdp, VERB_MS } from './shared.ts';

const ADOPT_MS = 5000;
const POLL_MS = 10;

/** What is known of one tab. */
interface TabState {
  readonly gone: Promise<never>;
  cdp: Promise<PageCdp> | undefined;
  isDead: boolean;
  dialogs: number;
}

/** The tabs of a run, by Playwright. */
export class PlaywrightContext implements EngineContext<PlaywrightPage> {
  readonly engine = 'playwright';
  readonly id: string;
  readonly parts: PageParts;
  readonly page: PlaywrightPage;
  /** How the next dialog is answered. */
  nextDialog: { readonly accept: boolean; readonly text?: string } | undefined;
  /** Where a main frame wanted to go last. */
  wanted = '';
  readonly #context: BrowserContext;
  readonly #tabs = new Map<Page, TabState>();
  #current: Page | undefined;

  constructor(context: BrowserContext, id: string, parts: PageParts) {
    this.#context = context;
    this.id = id;
    this.parts = parts;
    this.page = new PlaywrightPage(this);
    context.setDefaultTimeout(VERB_MS);
    context.on('page', (page) => this.#take(page));
    const { log } = parts;
    context.on('request', (request) => {
      if (isTop(request)) this.wanted = request.url();
      log.requested(request, { method: request.method(), url: request.url(), type: request.resourceType() });
    });
    context.on('response', (response) => log.ended(response.request(), { status: response.status() }));
    context.on('requestfailed', (request) => log.ended(request, { failure: request.failure()?.errorText ?? 'failed' }));
    context.on('console', (message: ConsoleMessage) => {
      const { url, lineNumber } = message.location();
      log.said(message.type(), message.text(), url === '' ? '' : `${url}:${lineNumber + 1}`);
    });
    context.on('weberror', (error) => log.said('exception', error.error().message, ''));
    context.on('dialog', (dialog) => void this.#answer(dialog));
  }

  /** Waits for the pages that were adopted, or opens one. */
  async begin(adopted: boolean): Promise<void> {
    const most = adopted ? ADOPT_MS : 0;
    for (let waited = 0; this.#tabs.size === 0 && waited < most; waited += POLL_MS) await sleep(POLL_MS);
    if (this.#tabs.size === 0) await this.open();
    this.#current ??= this.pages()[0];
  }

  pages(): readonly Page[] {
    return this.#context.pages().filter((page) => !page.isClosed() && this.#tabs.get(page)?.isDead === false);
  }

  /** @throws HoldfastError UNAVAILABLE where the current page has crashed or was closed. */
  current(): Page {
    if (this.#current && this.#tabs.get(this.#current)?.isDead === false && !this.#current.isClosed())
      return this.#current;
    throw crashed();
  }

  select(page: Page): void {
    this.#current = page;
  }

  async open(): Promise<Page> {
    const page = await this.#context.newPage();
    this.#take(page);
    this.#current = page;
    return page;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Does something with a page, unless that dies meanwhile. */
  async within<T>(page: Page, work: Promise<T>): Promise<T> {
    const state = this.#tabs.get(page);
    return state ? Promise.race([work, state.gone]) : work;
  }

  cdpOf(page: Page): Promise<PageCdp> {
    const state = this.#tabs.get(page);
    if (!state) return Promise.reject(crashed());
    state.cdp ??= this.#context.newCDPSession(page).then(pageCdp);
    return state.cdp;
  }

  identity(): object | undefined {
    const page = this.#current;
    return page && this.pages().includes(page) ? page : undefined;
  }

  async cdp(): Promise<PageCdp> {
    return pageCdp(await this.#context.newCDPSession(this.current()));
  }

  async revive(): Promise<boolean> {
    const page = this.#current;
    if (page && this.pages().includes(page) && (await answers(this.cdpOf(page)))) return false;
    await this.open();
    if (page && !page.isClosed()) page.close({ runBeforeUnload: false }).catch(() => undefined);
    return true;
  }

  #take(page: Page): void {
    if (this.#tabs.has(page)) return;
    const { promise: gone, reject } = Promise.withResolvers<never>();
    gone.catch(() => undefined);
    const state: TabState = { gone, cdp: undefined, isDead: false, dialogs: 0 };
    this.#tabs.set(page, state);
    const die = (): void => {
      state.isDead = true;
      reject(crashed());
    };
    page.on('crash', die);
    page.on('close', () => {
      die();
      this.#tabs.delete(page);
      if (this.#current === page) this.#current = this.pages().at(-1);
    });
  }

  async #answer(dialog: Dialog): Promise<void> {
    const type = dialog.type() as 'alert' | 'confirm' | 'prompt' | 'beforeunload';
    const { accept, text } = dialogAnswer(type, this.nextDialog);
    this.nextDialog = undefined;
    this.parts.log.dialog({ type, message: dialog.message(), accepted: accept });
    const page = dialog.page();
    const state = page ? this.#tabs.get(page) : undefined;
    try {
      if (state && (state.dialogs += 1) > MOST_DIALOGS) {
        this.parts.log.said('error', `The page opened more than ${MOST_DIALOGS} dialogs and was closed.`, '');
        await page?.close({ runBeforeUnload: false });
      } else if (accept) await dialog.accept(text);
      else await dialog.dismiss();
    } catch (error) {
      // The page has gone away under its own dialog.
      this.parts.log.said('error', HoldfastError.from(error).message, '');
    }
  }
}

function isTop(request: Request): boolean {
  try {
    return request.isNavigationRequest() && request.frame().parentFrame() === null;
  } catch {
    // A request of a frame that is not known yet, or of a service worker.
    return request.isNavigationRequest();
  }
}
