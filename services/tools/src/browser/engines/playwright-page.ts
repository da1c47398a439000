import { HoldfastError } from '@holdfast/protocol';
import type { Locator, Page, Response } from 'playwright-core';

import type {
  ClickOptions,
  FillOptions,
  GotoOptions,
  InteractivePage,
  PageResponse,
  ScreenshotOptions,
  Tab,
  WaitWish,
} from '../page.ts';
import { PageRecords } from './page-records.ts';
import { crashed, navigationError, verbError } from './errors.ts';
import type { PlaywrightContext } from './playwright-context.ts';
import {
  assertReadable,
  becameDownload,
  mediaType,
  pictureHeight,
  readHtml,
  SETTLE_MS,
  shownUrl,
  stopLoading,
  VERB_MS,
  VIEWPORT,
} from './shared.ts';

/** The part of an element that is needed here: this code runs without the types of a page. */
interface Styled {
  readonly style: { setProperty(name: string, value: string, priority: string): void };
}

const REF = /^(f\d+)?e\d+$/;
const MAX_TEXT_WAIT_MS = 120_000;

/** The current tab of a run, and the others, by Playwright. */
export class PlaywrightPage extends PageRecords implements InteractivePage {
  readonly engine = 'playwright';
  readonly #context: PlaywrightContext;

  constructor(context: PlaywrightContext) {
    super(context.parts);
    this.#context = context;
  }

  async goto(url: string, { waitUntil, timeoutMs }: GotoOptions): Promise<PageResponse> {
    const { parts } = this.#context;
    const page = this.#page();
    const began = parts.monotonic();
    const downloads = parts.downloads.begun;
    this.#context.wanted = url;
    let response: Response | null;
    try {
      const until = waitUntil === 'idle' ? 'networkidle' : waitUntil;
      response = await this.#context.within(page, page.goto(url, { waitUntil: until, timeout: timeoutMs }));
    } catch (error) {
      if (/download is starting|net::ERR_ABORTED/i.test(String(error)) && (await becameDownload(parts, downloads))) {
        return { status: 0, redirects: [], contentType: '', download: true };
      }
      await this.#settle(page, error);
      throw navigationError(error, { gate: parts.gate, url: this.#context.wanted, began, timeoutMs });
    }
    const refusal = response?.status() === 403 ? parts.gate.refusal(response.url(), began) : undefined;
    if (refusal !== undefined) throw new HoldfastError('REFUSED', `${refusal}. Nothing was opened.`);
    const redirects: string[] = [];
    for (let from = response?.request().redirectedFrom(); from; from = from.redirectedFrom())
      redirects.unshift(from.url());
    return {
      status: response?.status() ?? 0,
      redirects,
      contentType: mediaType(response?.headers()['content-type']),
      download: false,
    };
  }

  async complete(): Promise<void> {
    // It leaves nothing out.
  }

  url(): string {
    return shownUrl(this.#page().url());
  }

  title(): Promise<string> {
    return this.#do((page) => page.title());
  }

  html(): Promise<string> {
    return this.#do(async (page) => readHtml(await this.#context.cdpOf(page), this.#context.parts.config.html_bytes));
  }

  screenshot({ fullPage = false, format = 'png' }: ScreenshotOptions = {}): Promise<Uint8Array> {
    return this.#do(async (page) => {
      if (!fullPage) return page.screenshot({ type: format });
      const height = await pictureHeight(await this.#context.cdpOf(page));
      const width = page.viewportSize()?.width ?? VIEWPORT.width;
      return page.screenshot({ type: format, fullPage: true, clip: { x: 0, y: 0, width, height } });
    });
  }

  pdf(): Promise<Uint8Array> {
    return this.#do((page) => page.pdf({ format: 'A4', printBackground: true, tagged: true }));
  }

  async stop(): Promise<void> {
    await stopLoading(this.#context.cdpOf(this.#page()));
  }

  async close(): Promise<void> {
    await this.#page().close({ runBeforeUnload: false });
  }

  snapshot(): Promise<string> {
    return this.#do((page) => page.ariaSnapshot({ mode: 'ai', timeout: VERB_MS }));
  }

  click(ref: string, { button, double = false, modifiers }: ClickOptions = {}): Promise<void> {
    return this.#at(ref, (element) => {
      const options = { ...(button ? { button } : {}), ...(modifiers ? { modifiers: [...modifiers] } : {}) };
      return double ? element.dblclick(options) : element.click(options);
    });
  }

  hover(ref: string): Promise<void> {
    return this.#at(ref, (element) => element.hover());
  }

  type(ref: string, text: string): Promise<void> {
    return this.#at(ref, async (element) => {
      await element.click();
      await element.pressSequentially(text, { timeout: VERB_MS + 20 * text.length });
    });
  }

  fill(ref: string, value: string, { masked = false }: FillOptions = {}): Promise<void> {
    return this.#at(ref, async (element) => {
      if (masked) {
        await element.evaluate((field) => {
          (field as unknown as Styled).style.setProperty('-webkit-text-security', 'disc', 'important');
        });
      }
      const type = await element.getAttribute('type');
      const role = await element.getAttribute('role');
      if (type === 'checkbox' || type === 'radio' || role === 'checkbox' || role === 'switch') {
        if (value !== 'true' && value !== 'false') {
          throw new HoldfastError('INVALID_ARGUMENT', `${ref} takes true or false. Nothing was changed.`);
        }
        await element.setChecked(value === 'true');
      } else await element.fill(value);
    });
  }

  frameUrls(ref: string): Promise<readonly string[]> {
    return this.#at(ref, async (element) => {
      const handle = await element.elementHandle();
      try {
        const urls: string[] = [];
        for (let frame = await handle?.ownerFrame(); frame; frame = frame.parentFrame()) urls.push(frame.url());
        return urls;
      } finally {
        await handle?.dispose();
      }
    });
  }

  select(ref: string, values: readonly string[]): Promise<readonly string[]> {
    return this.#at(ref, (element) => element.selectOption([...values]));
  }

  async press(key: string, ref?: string): Promise<void> {
    if (ref === undefined) await this.#do((page) => page.keyboard.press(key));
    else await this.#at(ref, (element) => element.press(key));
  }

  upload(ref: string, files: Parameters<InteractivePage['upload']>[1]): Promise<void> {
    const payload = files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: Buffer.from(bytes) }));
    return this.#at(ref, (element) => element.setInputFiles(payload));
  }

  waitFor({ text, textGone, selector, timeMs }: WaitWish, timeoutMs: number): Promise<void> {
    return this.#do(async (page) => {
      const timeout = Math.min(timeoutMs, MAX_TEXT_WAIT_MS);
      if (text !== undefined) await page.getByText(text).first().waitFor({ state: 'visible', timeout });
      else if (textGone !== undefined) await page.getByText(textGone).first().waitFor({ state: 'hidden', timeout });
      else if (selector !== undefined) await page.locator(selector).first().waitFor({ state: 'visible', timeout });
      else await page.waitForTimeout(Math.min(timeMs ?? 0, timeout));
    });
  }

  tabs(): Promise<readonly Tab[]> {
    const current = this.#page();
    return Promise.all(
      this.#context.pages().map(async (page, index) => ({
        index,
        url: shownUrl(page.url()),
        title: await this.#context.within(page, page.title()).catch(() => ''),
        current: page === current,
      })),
    );
  }

  async newTab(): Promise<void> {
    await this.#context.open();
  }

  async selectTab(index: number): Promise<void> {
    const page = this.#tab(index);
    this.#context.select(page);
    await this.#do((one) => one.bringToFront());
  }

  async closeTab(index: number): Promise<void> {
    await this.#tab(index).close({ runBeforeUnload: false });
    const [left] = this.#context.pages();
    if (!left) await this.#context.open();
  }

  async back(timeoutMs: number): Promise<boolean> {
    const page = this.#page();
    const before = page.url();
    await this.#do(() => page.goBack({ timeout: timeoutMs }));
    return page.url() !== before;
  }

  answerNextDialog(answer: { readonly accept: boolean; readonly text?: string }): void {
    this.#context.nextDialog = answer;
  }

  #page(): Page {
    return this.#context.current();
  }

  /**
   * Leaves a navigation that failed behind: the browser's own page of the error comes a moment later, and would be taken
   * for an interruption of the next navigation.
   */
  async #settle(page: Page, error: unknown): Promise<void> {
    if (page.isClosed() || !this.#context.pages().includes(page)) return;
    if (/net::ERR_(?!ABORTED)/.test(String(error))) {
      await page.waitForURL(/^chrome-error:/, { timeout: SETTLE_MS, waitUntil: 'commit' }).catch(() => undefined);
    } else {
      await stopLoading(this.#context.cdpOf(page));
    }
  }

  #tab(index: number): Page {
    const page = this.#context.pages()[index];
    if (page) return page;
    const count = this.#context.pages().length;
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no tab ${index}; there are ${count}, counted from 0. Nothing was changed.`,
    );
  }

  async #do<T>(work: (page: Page) => Promise<T>, ref?: string): Promise<T> {
    const page = this.#page();
    assertReadable(page.url());
    try {
      return await this.#context.within(page, work(page));
    } catch (error) {
      if (page.isClosed()) throw HoldfastError.is(error) ? error : crashed(error);
      throw verbError(error, ref);
    }
  }

  #at<T>(ref: string, work: (element: Locator) => Promise<T>): Promise<T> {
    if (!REF.test(ref)) {
      const message = `"${ref.slice(0, 50)}" is no reference. Take a snapshot; it names elements as in [ref=e12].`;
      return Promise.reject(new HoldfastError('INVALID_ARGUMENT', message));
    }
    return this.#do(async (page) => {
      const element = page.locator(`aria-ref=${ref}`);
      if ((await element.count()) === 0) {
        throw new HoldfastError(
          'NOT_FOUND',
          `There is no element ${ref} any more. Take a new snapshot and use its references.`,
        );
      }
      return work(element);
    }, ref);
  }
}
