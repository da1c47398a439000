import type { Browser, Page } from '@playwright/test';

import { ADA, enter } from '../../tests/src/console/support/people.ts';
import type { Server } from '../../tests/src/console/support/server.ts';
import { type Figure, median } from '../src/report.ts';
import { VIEWPORT } from './browser.ts';
import { frameGap } from './gaps.ts';
import type { LongRun } from './long-run.ts';
import { servePage } from './serve-page.ts';
import { countingCpu } from './trace.ts';

const ROUNDS = 5;
/** A page that shows nothing by then is broken, not slow. */
const PATIENCE_MS = 120_000;
const SCROLL_MS = 3000;
const WHEEL_EVERY_MS = 16;
const WHEEL_PIXELS = 120;

declare global {
  interface Window {
    /** When all was shown, milliseconds after the navigation began; until then it is not there. */
    shown?: number;
  }
}

/** One opening of the run, milliseconds. */
interface Opening {
  /** In a browser that has never seen the console: from the start of the navigation. */
  readonly cold: number;
  /** Loaded again. */
  readonly again: number;
  /** From the list of tasks: from the click. */
  readonly fromList: number;
}

/**
 * How long the page of a long run takes to be all there, and how it scrolls.
 *
 * @param folder where the page of react-markdown is built; undefined: it cannot be
 */
export async function runFigures(
  browser: Browser,
  server: Server,
  run: LongRun,
  folder: string | undefined,
): Promise<Figure[]> {
  const openings: Opening[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    openings.push(await inContext(browser, server, run, (page) => open(page, server, run)));
  }
  const middle = (key: keyof Opening) => median(openings.map((one) => one[key]));
  const cold = middle('cold');
  const seen = await inContext(browser, server, run, (page) => inspect(page, server, run));
  const figures: Figure[] = [
    { name: 'events of the run', value: run.events, unit: '' },
    { name: 'open it from the list: click to all shown', value: middle('fromList'), unit: 'ms', budget: 1000 },
    { name: 'load it again: navigation to all shown', value: middle('again'), unit: 'ms', budget: 1000 },
    { name: 'load it cold: navigation to all shown', value: cold, unit: 'ms', budget: 1000 },
    { name: 'load it cold: CPU of the main thread', value: seen.cpu, unit: 'ms' },
    { name: 'rows of the transcript', value: seen.rows, unit: '' },
    { name: 'rows of them in the page', value: seen.inPage, unit: '' },
    { name: 'scroll it: frames per second (median gap)', value: 1000 / frameGap(seen.frames, 0.5), unit: '/s' },
    { name: 'scroll it: p95 frame gap', value: frameGap(seen.frames, 0.95), unit: 'ms', budget: 20 },
    { name: 'scroll it: longest task, CPU', value: seen.longest, unit: 'ms' },
  ];
  if (folder === undefined) return figures;
  const plain = await plainOpening(browser, run, folder);
  return [
    ...figures,
    { name: 'the same texts by react-markdown, cold', value: plain, unit: 'ms' },
    { name: 'react-markdown beside the console, cold', value: plain / cold, unit: 'x' },
  ];
}

async function open(page: Page, { url }: Server, { id }: LongRun): Promise<Opening> {
  await page.goto(`${url}/runs/${id}`);
  const cold = await shownIn(page);
  await page.reload();
  const again = await shownIn(page);
  await page.goto(url);
  const link = page.locator(`a[href="/runs/${id}"]`);
  await link.waitFor();
  const clicked = await link.evaluate((element) => {
    const at = performance.now();
    (element as HTMLElement).click();
    return at;
  });
  return { cold, again, fromList: (await shownIn(page)) - clicked };
}

/** What the page does, with a trace, and how it scrolls, without and with one. */
async function inspect(page: Page, { url }: Server, { id }: LongRun) {
  const { all: cpu } = await countingCpu(page, async () => {
    await page.goto(`${url}/runs/${id}`);
    await shownIn(page);
  });
  const rows = await rowsOf(page);
  const frames = await scroll(page);
  const { longest } = await countingCpu(page, () => scroll(page));
  return { cpu, frames, longest, ...rows };
}

/** A page in a context that has a session and nothing else. */
async function inContext<T>(
  browser: Browser,
  server: Server,
  { seq }: LongRun,
  act: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US' });
  try {
    await enter(context, server, ADA);
    const page = await context.newPage();
    await page.addInitScript(untilShown, `Checkpoint ${seq} of ${seq}:`);
    return await act(page);
  } finally {
    await context.close();
  }
}

/** In the page: all is shown when the log is complete, its last row is there, and no Markdown is still being made. */
function untilShown(checkpoint: string): void {
  const look = () => {
    const where = document.querySelector('input[type=range]')?.getAttribute('aria-valuetext') ?? '';
    const last = document.querySelector('[role=log] li:last-child');
    const isLast = last && last.getAttribute('aria-posinset') === last.getAttribute('aria-setsize');
    if (where.startsWith(checkpoint) && isLast && !document.querySelector('[role=log] .markdown:empty')) {
      requestAnimationFrame(() => {
        window.shown = performance.now();
      });
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function shownIn(page: Page): Promise<number> {
  await page.waitForFunction(() => window.shown !== undefined, undefined, { timeout: PATIENCE_MS });
  return page.evaluate(() => window.shown ?? Number.NaN);
}

function rowsOf(page: Page): Promise<{ rows: number; inPage: number }> {
  return page.evaluate(() => {
    const rows = document.querySelectorAll('[role=log] li[aria-setsize]');
    return { rows: Number(rows[0]?.getAttribute('aria-setsize')), inPage: rows.length };
  });
}

/** Turns the wheel over the transcript, upwards, and tells when frames came. */
async function scroll(page: Page): Promise<number[]> {
  await page.mouse.move(400, 600);
  const frames = page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        const began = performance.now();
        const frame = (at: number) => {
          seen.push(at);
          if (at - began < ms) requestAnimationFrame(frame);
          else resolve(seen);
        };
        requestAnimationFrame(frame);
      }),
    SCROLL_MS,
  );
  const until = performance.now() + SCROLL_MS;
  while (performance.now() < until) {
    await page.mouse.wheel(0, -WHEEL_PIXELS);
    await new Promise((resolve) => setTimeout(resolve, WHEEL_EVERY_MS));
  }
  return frames;
}

async function plainOpening(browser: Browser, { texts }: LongRun, folder: string): Promise<number> {
  const served = await servePage('plain-run', folder, texts);
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    try {
      await page.goto(served.url);
      return await shownIn(page);
    } finally {
      await page.close();
    }
  } finally {
    await served.close();
  }
}
