import { HoldfastError } from '@holdfast/protocol';
import type { HTTPResponse, Page, PuppeteerLifeCycleEvent } from 'puppeteer-core';

import type { GotoOptions, PageResponse, ReadingPage, ScreenshotOptions, WaitUntil } from '../page.ts';
import { PageRecords } from './page-records.ts';
import { navigationError, verbError } from './errors.ts';
import type { PuppeteerContext } from './puppeteer-context.ts';
import {
  assertReadable,
  becameDownload,
  lookUntil,
  mediaType,
  pictureHeight,
  readHtml,
  SETTLE_MS,
  shownUrl,
  stopLoading,
  VIEWPORT,
} from './shared.ts';

const UNTIL: Record<WaitUntil, PuppeteerLifeCycleEvent[]> = {
  commit: [],
  domcontentloaded: ['domcontentloaded'],
  load: ['load'],
  idle: ['load', 'networkidle0'],
};

/** A page that is wanted whole after all is waited for so long, milliseconds. */
const COMPLETE_MS = 30_000;

/** The page of a run, by Puppeteer. */
export class PuppeteerPage extends PageRecords implements ReadingPage {
  readonly engine = 'puppeteer';
  readonly #context: PuppeteerContext;

  constructor(context: PuppeteerContext) {
    super(context.parts);
    this.#context = context;
  }

  async goto(url: string, { waitUntil, timeoutMs, textOnly = false }: GotoOptions): Promise<PageResponse> {
    const { parts } = this.#context;
    const page = this.#context.current();
    const began = parts.monotonic();
    const downloads = parts.downloads.begun;
    const { documents } = this.#context;
    this.#context.wanted = url;
    await this.#context.within(this.#context.setTextOnly(textOnly));
    let response: HTTPResponse | null;
    try {
      response = await this.#context.within(page.goto(url, { waitUntil: UNTIL[waitUntil], timeout: timeoutMs }));
    } catch (error) {
      if (/net::ERR_ABORTED/.test(String(error)) && (await becameDownload(parts, downloads))) {
        return { status: 0, redirects: [], contentType: '', download: true };
      }
      if (/net::ERR_(?!ABORTED)/.test(String(error))) {
        // Chromium shows its page of an error after it has told of it: the next navigation would take it for its own end.
        await this.#context.within(lookUntil(() => this.#context.documents !== documents, SETTLE_MS));
      }
      throw navigationError(error, { gate: parts.gate, url: this.#context.wanted, began, timeoutMs });
    }
    const refusal = response?.status() === 403 ? parts.gate.refusal(response.url(), began) : undefined;
    if (refusal !== undefined) throw new HoldfastError('REFUSED', `${refusal}. Nothing was opened.`);
    return {
      status: response?.status() ?? 0,
      redirects:
        response
          ?.request()
          .redirectChain()
          .map((request) => request.url()) ?? [],
      contentType: mediaType(response?.headers()['content-type']),
      download: false,
    };
  }

  async complete(): Promise<void> {
    await this.#do(async (page) => {
      if (await this.#context.setTextOnly(false)) await page.reload({ waitUntil: 'load', timeout: COMPLETE_MS });
    });
  }

  url(): string {
    return shownUrl(this.#context.current().url());
  }

  title(): Promise<string> {
    return this.#do((page) => page.title());
  }

  html(): Promise<string> {
    return this.#do(async () => readHtml(await this.#context.cdpOfPage(), this.#context.parts.config.html_bytes));
  }

  async screenshot({ fullPage = false, format = 'png' }: ScreenshotOptions = {}): Promise<Uint8Array> {
    await this.complete();
    return this.#do(async (page) => {
      if (!fullPage) return page.screenshot({ type: format });
      const height = await pictureHeight(await this.#context.cdpOfPage());
      const width = page.viewport()?.width ?? VIEWPORT.width;
      return page.screenshot({ type: format, captureBeyondViewport: true, clip: { x: 0, y: 0, width, height } });
    });
  }

  async pdf(): Promise<Uint8Array> {
    await this.complete();
    return this.#do((page) => page.pdf({ format: 'A4', printBackground: true, tagged: true }));
  }

  async stop(): Promise<void> {
    await stopLoading(this.#context.cdpOfPage());
  }

  async close(): Promise<void> {
    await this.#context.current().close({ runBeforeUnload: false });
  }

  async #do<T>(work: (page: Page) => Promise<T>): Promise<T> {
    const page = this.#context.current();
    assertReadable(page.url());
    try {
      return await this.#context.within(work(page));
    } catch (error) {
      throw verbError(error, undefined);
    }
  }
}
