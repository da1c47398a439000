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

/**
 * How long the page of a long run takes to be all there, in a browser that has never seen the console; and how it scrolls.
 *
 * @param folder where the page of react-markdown is built; undefined: it cannot be
 */
export async function runFigures(
  browser: Browser,
  server: Server,
  run: LongRun,
  folder: string | undefined,
): Promise<Figure[]> {
  const opened = await opening(browser, server, run);
  const figures: Figure[] = [
    { name: 'events of the run', value: run.events, unit: '' },
    { name: 'navigation to all shown, cold (median)', value: opened.shown, unit: 'ms', budget: 1000 },
    { name: 'the same, CPU of the main thread', value: opened.cpu, unit: 'ms' },
    { name: 'rows of the transcript', value: opened.rows, unit: '' },
    { name: 'rows of them in the page', value: opened.inPage, unit: '' },
    { name: 'frames per second while scrolling (median gap)', value: 1000 / opened.gapP50, unit: '/s' },
    { name: 'p95 frame gap while scrolling', value: opened.gapP95, unit: 'ms', budget: 20 },
    { name: 'longest task while scrolling, CPU', value: opened.longest, unit: 'ms' },
  ];
  if (folder === undefined) return figures;
  const plain = await plainOpening(browser, run, folder);
  return [
    ...figures,
    { name: 'the same texts by react-markdown, navigation to all shown', value: plain, unit: 'ms' },
    { name: 'react-markdown beside the console', value: plain / opened.shown, unit: 'x' },
  ];
}

async function opening(browser: Browser, server: Server, run: LongRun) {
  const rounds: { shown: number; cpu: number; rows: number; inPage: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(
      await inRun(browser, server, run, async (page, { all, shown }) => ({ shown, cpu: all, ...(await rowsOf(page)) })),
    );
  }
  const scrolled = await inRun(browser, server, run, async (page) => {
    const frames = await scroll(page);
    const { longest } = await countingCpu(page, () => scroll(page));
    return { gapP50: frameGap(frames, 0.5), gapP95: frameGap(frames, 0.95), longest };
  });
  const middle = (key: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[key]));
  return {
    shown: middle('shown'),
    cpu: middle('cpu'),
    rows: middle('rows'),
    inPage: middle('inPage'),
    ...scrolled,
  };
}

/** Opens the run in a context that has a session and nothing else. */
async function inRun<T>(
  browser: Browser,
  server: Server,
  { id, seq }: LongRun,
  act: (page: Page, opened: { shown: number; all: number }) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US' });
  try {
    await enter(context, server, ADA);
    const page = await context.newPage();
    await page.addInitScript(untilShown, `Checkpoint ${seq} of ${seq}:`);
    let shown = Number.NaN;
    const { all } = await countingCpu(page, async () => {
      await page.goto(`${server.url}/runs/${id}`);
      shown = await shownIn(page);
    });
    return await act(page, { shown, all });
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
