import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';
import { chromium } from 'playwright-core';

import { decideEngine } from '../../../services/tools/src/browser/auto/decide.ts';
import type { EngineName } from '../../../services/tools/src/browser/browser.ts';
import { type Extractor, createExtractor } from '../../../services/tools/src/browser/extract/extractor.ts';
import { findChromium } from '../../../services/tools/src/browser/find-chromium.ts';
import { treeOf } from '../../../services/tools/src/browser/process-tree.ts';
import { memoryOfTree } from '../../../services/tools/src/browser/process/memory.ts';
import { openTestBrowsers, type TestBrowsers } from '../../../services/tools/src/browser/testing.ts';
import { type Figure, median } from '../report.ts';
import type { FigureGroup } from '../groups.ts';
import { medians } from '../rounds.ts';
import { startArticles } from './site.ts';

const ROUNDS = 30;
const NAVIGATIONS = 1000;
const RUNS_OF_THEM = 50;
const MB = 1024 * 1024;
const signal = new AbortController().signal;

async function whyNot(): Promise<string | undefined> {
  try {
    await findChromium({ configured: undefined, path: process.env['PATH'] ?? '' });
    return undefined;
  } catch (error) {
    return HoldfastError.from(error).message;
  }
}

/** Navigate and extract: by ours with either choice of the engine, and by Playwright with nothing around it. */
export const browser: FigureGroup = {
  name: 'browser',
  whyNot,
  async measure() {
    await using site = await startArticles();
    await using bare = await openBare();
    const extractor = createExtractor();
    const ours = await openTestBrowsers([site.port], {}, { decide: decideEngine });
    let n = 0;
    const next = (): string => site.url((n += 1));
    const by = (engine: 'auto' | EngineName) => ({
      name: engine,
      run: () => readOne(ours, extractor, { run: engine, url: next(), engine }),
    });
    const scripted = (engine: 'auto' | EngineName) => ({
      name: `scripted ${engine}`,
      run: () => readOne(ours, extractor, { run: engine, url: site.scripted((n += 1)), engine }),
    });
    const fresh = (engine: 'auto' | EngineName) => ({
      name: `new ${engine}`,
      async run() {
        const run = `new-${n}`;
        await readOne(ours, extractor, { run, url: next(), engine });
        await ours.browsers.releaseRun({ tenant: 'bench', runId: run });
      },
    });
    try {
      const times = await medians(ROUNDS, [
        { name: 'bare', run: () => bare.read(next(), extractor) },
        by('playwright'),
        by('auto'),
        scripted('playwright'),
        scripted('auto'),
        fresh('playwright'),
        fresh('auto'),
      ]);
      const of = (name: string): number => times.get(name) ?? Number.NaN;
      return [
        { name: 'navigate + extract, bare Playwright', value: of('bare'), unit: 'ms' },
        { name: 'navigate + extract, always Playwright', value: of('playwright'), unit: 'ms' },
        { name: 'navigate + extract, auto', value: of('auto'), unit: 'ms' },
        { name: 'the first page of a run, always Playwright', value: of('new playwright'), unit: 'ms' },
        { name: 'the first page of a run, auto', value: of('new auto'), unit: 'ms' },
        { name: 'always Playwright / bare Playwright', value: of('playwright') / of('bare'), unit: 'x', budget: 1.2 },
        {
          name: 'auto / always Playwright, static pages',
          value: of('auto') / of('playwright'),
          unit: 'x',
          budget: 0.5,
        },
        {
          name: 'auto / always Playwright, pages with a deferred script',
          value: of('scripted auto') / of('scripted playwright'),
          unit: 'x',
        },
        {
          name: 'auto / always Playwright, first page of a run',
          value: of('new auto') / of('new playwright'),
          unit: 'x',
        },
      ];
    } finally {
      await ours.close();
      await extractor.close();
    }
  },
};

/** A thousand pages in many runs, with the bound of memory that is shipped. */
export const navigations: FigureGroup = {
  name: 'navigations',
  whyNot,
  async measure(): Promise<Figure[]> {
    await using site = await startArticles();
    const ours = await openTestBrowsers([site.port], {}, { decide: decideEngine });
    const samples: number[] = [];
    let marks: Awaited<ReturnType<typeof treeOf>> = [];
    const sample = async (): Promise<void> => {
      marks = await treeOf(ours.temp);
      const sizes = await Promise.all(marks.map(async ({ pid }) => (await memoryOfTree(pid)).get(pid) ?? 0));
      samples.push(sizes.reduce((sum, size) => sum + size, 0) / MB);
    };
    try {
      for (let at = 0; at < NAVIGATIONS; at += 1) {
        const run = { tenant: 'bench', runId: `run-${Math.floor(at / (NAVIGATIONS / RUNS_OF_THEM))}` };
        const engine = at % 2 === 0 ? 'puppeteer' : 'playwright';
        if (at % (NAVIGATIONS / RUNS_OF_THEM) === 0) {
          await ours.browsers.navigate(run, site.url(at), { engine, signal });
        } else await ours.browsers.navigate(run, site.url(at), { engine: 'auto', signal });
        if ((at + 1) % (NAVIGATIONS / RUNS_OF_THEM) === 0) {
          await sample();
          await ours.browsers.releaseRun(run);
        }
      }
    } finally {
      await ours.close();
    }
    const half = samples.length / 2;
    const orphans = (await treeOf(ours.temp)).length;
    return [
      {
        name: `memory after ${NAVIGATIONS} navigations, first half (median)`,
        value: median(samples.slice(0, half)),
        unit: 'MB',
      },
      { name: 'the same, second half (median)', value: median(samples.slice(half)), unit: 'MB' },
      { name: 'the most at any time', value: Math.max(...samples), unit: 'MB', budget: 1024 },
      {
        name: 'second half / first half',
        value: median(samples.slice(half)) / median(samples.slice(0, half)),
        unit: 'x',
        budget: 1.25,
      },
      { name: 'Chromium processes left behind', value: orphans, unit: '', budget: 0 },
    ];
  },
};

async function readOne(
  { browsers }: TestBrowsers,
  extractor: Extractor,
  of: { readonly run: string; readonly url: string; readonly engine: 'auto' | EngineName },
): Promise<void> {
  const run = { tenant: 'bench', runId: of.run };
  await browsers.navigate(run, of.url, { engine: of.engine, intent: 'read', signal });
  const page = await browsers.read(run, signal, async (open) => ({ html: await open.html(), url: open.url() }));
  await check(extractor, page);
}

async function check(extractor: Extractor, page: { html: string; url: string }): Promise<void> {
  const { markdown } = await extractor.extract({ ...page, part: 'auto', maxChars: MB }, signal);
  if (!markdown.includes('Part 59')) throw new Error(`The end of ${page.url} is missing.`);
}

async function openBare() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: await findChromium({ configured: undefined, path: process.env['PATH'] ?? '' }),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    async read(url: string, extractor: Extractor): Promise<void> {
      await page.goto(url);
      await check(extractor, { html: await page.content(), url: page.url() });
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
