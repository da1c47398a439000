import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openRecordFile } from '@holdfast/sandbox';
import { type BrowserOfRuns, liveRecords, openBrowser } from '@holdfast/tools';

import type { Ground } from '../house.ts';

/** The browser of runs with its records. */
export interface HouseBrowser extends BrowserOfRuns {
  /** Ends what a killed server has left. Nothing waits for it. */
  start(): void;
}

const LEFT = 'What a killed server left of browsers could not be removed.';

/** Connects the browser of runs to the records of its egress decisions, metrics and the log. */
export async function openHouseBrowser({ config, env, clock, logger, metrics }: Ground): Promise<HouseBrowser> {
  const folder = join(config.data_dir, 'browser');
  const egress = await openRecordFile(join(folder, 'egress.jsonl'), (error) =>
    logger.error({ err: error }, 'A record of the browser could not be written.'),
  );
  const decisions = metrics.counter(
    'holdfast_browser_egress_decisions',
    'Decisions of the egress proxy on requests of the browser, by verdict.',
    'verdict',
  );
  const browser = openBrowser({
    config: config.tools.browser,
    secrets: config.tools.secrets,
    env,
    readFile: (path) => readFile(path, 'utf8'),
    path: env['PATH'] ?? '',
    clock,
    logger,
    records: liveRecords(join(folder, 'live')),
    onDecision(record) {
      egress.add(record);
      if (record.stage === 'ended') decisions(record.verdict);
    },
  });
  const { browsers } = browser;
  metrics.gauge('holdfast_browsers', 'Chromium processes of runs.', () => browsers.figures().browsers);
  metrics.gauge('holdfast_browser_runs', 'Runs that have a browser open.', () => browsers.figures().contexts);
  metrics.gauge(
    'holdfast_browser_memory_bytes',
    'Memory of the browsers of runs.',
    () => browsers.figures().memoryBytes,
  );
  const reap = async (): Promise<void> => {
    const reaped = await browsers.reap();
    if (reaped > 0) logger.warn({ reaped }, 'Browsers that a killed server had left were ended and removed.');
  };
  return {
    ...browser,
    start() {
      reap().catch((error: unknown) => logger.error({ err: error }, LEFT));
    },
    async close() {
      await browser.close();
      await egress.close();
    },
  };
}
