import { join } from 'node:path';

import type { Browser, Page } from '@playwright/test';

import { type Figure, median } from '../src/report.ts';
import { VIEWPORT } from './browser.ts';
import type { Measured, Pace } from './page/measure.ts';
import type { PageName } from './page-config.ts';
import { type ServedPage, servePage } from './serve-page.ts';
import { countingCpu } from './trace.ts';

/** 200 KB in a second, and in ten, which is nearer to what models do. */
const PACES: readonly (Pace & { readonly name: string })[] = [
  { name: '2 KB chunks', chars: 2000, perSecond: 100 },
  { name: '200 B chunks', chars: 200, perSecond: 100 },
];
const SHOWN = [
  { page: 'worker', name: 'console' },
  { page: 'main-thread', name: 'main thread' },
  { page: 'plain', name: 'react-markdown' },
] as const;
const ROUNDS = 3;
const FRAME_MS = 1000 / 60;
const BUDGETS = { blocked: 150, frameP95: 20 } as const;

interface Streamed extends Measured {
  /** In CPU time, milliseconds. */
  readonly cpuBlocked: number;
  readonly cpuLongest: number;
}

/**
 * What 200 KB of Markdown with 50 blocks of code do to a page while they come, 100 chunks a second.
 *
 * @param folder where the pages are built
 * @param withPeers whether react-markdown is there
 */
export async function streamingFigures(browser: Browser, folder: string, withPeers: boolean): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const pace of PACES) {
    const idle = await streamed(browser, 'idle', folder, pace);
    const floor = await streamed(browser, 'floor', folder, pace);
    figures.push(
      { name: `${pace.name}: p95 frame gap where nothing is shown`, value: idle.frameP95, unit: 'ms' },
      { name: `${pace.name}: p95 frame gap where ready-made HTML is appended`, value: floor.frameP95, unit: 'ms' },
    );
    let console: Streamed | undefined;
    for (const { name, page } of SHOWN) {
      if (page === 'plain' && !withPeers) continue;
      const one = await streamed(browser, page, folder, pace);
      figures.push(...figuresOf(`${pace.name}, ${name}`, one, page === 'worker'));
      if (page === 'worker') console = one;
      else if (console) figures.push(...besides(`${pace.name}, ${name} beside the console`, one, console));
    }
  }
  return figures;
}

function figuresOf(name: string, one: Streamed, budgeted: boolean): Figure[] {
  const { blocked, frameP95 } = BUDGETS;
  return [
    { name: `${name}: blocking time`, value: one.blocked, unit: 'ms', ...(budgeted && { budget: blocked }) },
    { name: `${name}: blocking time, CPU`, value: one.cpuBlocked, unit: 'ms', ...(budgeted && { budget: blocked }) },
    { name: `${name}: longest task, CPU`, value: one.cpuLongest, unit: 'ms' },
    { name: `${name}: p95 frame gap`, value: one.frameP95, unit: 'ms', ...(budgeted && { budget: frameP95 }) },
    { name: `${name}: first chunk to all shown`, value: one.took, unit: 'ms' },
  ];
}

/** As ratios. Less than a frame counts as one: to be many times more than nothing says little. */
function besides(name: string, one: Streamed, console: Streamed): Figure[] {
  const ratio = (key: keyof Streamed) => Math.max(FRAME_MS, one[key]) / Math.max(FRAME_MS, console[key]);
  return [
    { name: `${name}: blocking time`, value: ratio('blocked'), unit: 'x' },
    { name: `${name}: blocking time, CPU`, value: ratio('cpuBlocked'), unit: 'x' },
    { name: `${name}: p95 frame gap`, value: ratio('frameP95'), unit: 'x' },
  ];
}

/** Medians of some rounds, each in a fresh page, and one more in which CPU time is counted. */
async function streamed(browser: Browser, name: PageName, folder: string, pace: Pace): Promise<Streamed> {
  const served = await servePage(name, join(folder, name));
  try {
    const rounds: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push(await inPage(browser, served, (page) => measureIn(page, pace)));
    }
    const { blocked, longest } = await inPage(browser, served, (page) =>
      countingCpu(page, () => measureIn(page, pace)),
    );
    const middle = (key: keyof Measured) => median(rounds.map((round) => round[key]));
    return {
      blocked: middle('blocked'),
      frameP95: middle('frameP95'),
      frameMax: middle('frameMax'),
      took: middle('took'),
      cpuBlocked: blocked,
      cpuLongest: longest,
    };
  } finally {
    await served.close();
  }
}

function measureIn(page: Page, { chars, perSecond }: Pace): Promise<Measured> {
  return page.evaluate((pace) => window.measure(pace), { chars, perSecond });
}

async function inPage<T>(browser: Browser, { url }: ServedPage, act: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  try {
    await page.goto(url);
    await page.waitForFunction('window.measure !== undefined');
    return await act(page);
  } finally {
    await page.close();
  }
}
