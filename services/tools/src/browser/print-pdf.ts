import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import type { BrowserContext } from 'playwright-core';

import { findChromium } from './find-chromium.ts';
import { killAll, treeOf } from './process-tree.ts';
import { Slots } from './slots.ts';

/** A page to print. */
export interface PrintablePage {
  /** All that it shows is in it. */
  readonly html: string;
  /** Such as `en` or `zh`; empty: what the page itself says. */
  readonly lang: string;
  /** Empty: what the page itself says. */
  readonly title: string;
}

/** Prints pages as PDF. */
export interface PdfPrinter {
  /**
   * Prints a page on A4 paper, with page numbers, tags for screen readers and an outline. Scripts in it do not run,
   * and nothing is fetched: neither from the network nor from the disk.
   *
   * @throws HoldfastError TOO_LARGE; FAILED_PRECONDITION where there is no Chromium, or it does not start;
   *   UNAVAILABLE where too many wait; TIMED_OUT; CANCELED. The browser is gone in every case.
   */
  print(page: PrintablePage, signal?: AbortSignal): Promise<Uint8Array>;
}

/** What a printer takes from the outside. */
export interface PdfPrinterOptions {
  /** tools.browser.executable. */
  readonly executable: string | undefined;
  /** The environment variable PATH. */
  readonly path: string;
  /** For one page, milliseconds. */
  readonly timeoutMs?: number;
}

const MAX_HTML_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const ROUND_MS = 50;
/** So long a browser that was about to start may take until it is seen. */
const QUIET_MS = 5000;
const AT_ONCE = 2;
const MAY_WAIT = 16;

/** It speaks to nobody: neither for the page nor for itself. */
const ARGUMENTS = [
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--no-first-run',
];
const FOOTER =
  '<div style="width:100%;text-align:center;font:8px sans-serif;color:#555"><span class="pageNumber"></span> / <span class="totalPages"></span></div>';
const MARGINS = { top: '18mm', bottom: '20mm', left: '16mm', right: '16mm' };

/** A printer that starts a Chromium of its own for each page, and ends it. */
export function createPdfPrinter({ executable, path, timeoutMs = TIMEOUT_MS }: PdfPrinterOptions): PdfPrinter {
  const slots = new Slots(AT_ONCE, MAY_WAIT);
  return {
    async print(page, signal) {
      const bytes = Buffer.byteLength(page.html);
      if (bytes > MAX_HTML_BYTES) {
        const message = `The page has ${bytes} bytes; at most ${MAX_HTML_BYTES} are printed. Export it as HTML instead.`;
        throw new HoldfastError('TOO_LARGE', message);
      }
      const program = await findChromium({ configured: executable, path });
      const timeout = AbortSignal.timeout(timeoutMs);
      const either = signal ? AbortSignal.any([timeout, signal]) : timeout;
      try {
        return await slots.run(() => printWith(program, page, either), either);
      } catch (error) {
        if (timeout.aborted && !signal?.aborted) {
          const message = `Printing took longer than ${timeoutMs} ms and was ended. Export it as HTML instead.`;
          throw new HoldfastError('TIMED_OUT', message, { cause: error });
        }
        if (either.aborted) throw HoldfastError.from(either.reason);
        throw HoldfastError.from(error, 'FAILED_PRECONDITION', `${program} could not print the page. ${HELP}`);
      }
    },
  };
}

const HELP = 'Run "holdfast doctor" to see whether it works here; the log has the cause. No PDF was made.';

async function printWith(program: string, page: PrintablePage, signal: AbortSignal): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-browser-'));
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const work = printIn(folder, program, page);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    await reap(folder, work);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Ends all that belongs to `folder`, until `work` has noticed. It may wait for an answer of a browser that was killed
 * before it could give one: when nothing has been there to be ended for a while, nothing will be.
 */
async function reap(folder: string, work: Promise<unknown>): Promise<void> {
  const settled = Promise.allSettled([work]);
  let quietRounds = 0;
  for (let isSettled = false; ; ) {
    const found = await treeOf(folder);
    await killAll(found);
    quietRounds = found.length === 0 ? quietRounds + 1 : 0;
    if (isSettled || quietRounds * ROUND_MS > QUIET_MS) return;
    // A browser that is only about to start when its page is given up is met in the next round.
    isSettled = await Promise.race([settled.then(() => true), sleep(ROUND_MS, false)]);
  }
}

async function printIn(folder: string, program: string, page: PrintablePage): Promise<Uint8Array> {
  const isRoot = process.getuid?.() === 0;
  // Only now: the platform starts faster without it.
  const { chromium } = await import('playwright-core');
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: program,
    args: ARGUMENTS,
    chromiumSandbox: !isRoot,
    env: { HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
    javaScriptEnabled: false,
    offline: true,
    serviceWorkers: 'block',
    acceptDownloads: false,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    timeout: TIMEOUT_MS,
  });
  try {
    return await printOn(context, page);
  } finally {
    // Noted while they still have a parent.
    const processes = await treeOf(folder);
    await context.close();
    await killAll(processes);
  }
}

async function printOn(context: BrowserContext, { html, lang, title }: PrintablePage): Promise<Uint8Array> {
  await context.route(
    (url) => url.protocol !== 'data:',
    // As if the page itself had given it up: a page that wants to be another one then stays what it is.
    (route) => route.abort('aborted'),
  );
  const sheet = context.pages()[0] ?? (await context.newPage());
  await sheet.setContent(html, { timeout: TIMEOUT_MS });
  await sheet.evaluate(naming(lang, title));
  return sheet.pdf({
    format: 'A4',
    margin: MARGINS,
    printBackground: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: FOOTER,
    tagged: true,
    outline: true,
  });
}

/** An expression that names the document, run from outside the page: its own scripts stay off. */
function naming(lang: string, title: string): string {
  const [language, name] = [lang, title].map((text) => JSON.stringify(text));
  return `if (${language}) document.documentElement.lang = ${language}; if (${name}) document.title = ${name};`;
}
