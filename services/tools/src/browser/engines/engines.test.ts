import { afterAll, beforeAll, describe } from 'vitest';

import { type Chromium, launchChromium } from '../process/launch.ts';
import { liveRecords } from '../process/records.ts';
import { CHROMIUM, configFor, NAMED, tempFolder, testUid } from '../testing.ts';
import { engineConformance } from './conformance.ts';
import type { Engine } from './engine.ts';
import { playwrightEngine } from './playwright.ts';
import { puppeteerEngine } from './puppeteer.ts';

describe.skipIf(CHROMIUM === '')(`two engines on one Chromium${NAMED}`, () => {
  let browser: Chromium;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  const engines = new Map<string, Engine>();
  beforeAll(async () => {
    folder = await tempFolder();
    const config = configFor([]);
    browser = await launchChromium({
      executable: CHROMIUM,
      uid: testUid(config),
      chromiumSandbox: true,
      records: liveRecords(folder.path),
    });
    engines.set('playwright', await playwrightEngine(browser.mux, browser.folder));
    engines.set('puppeteer', await puppeteerEngine(browser.mux));
  }, 60_000);
  afterAll(async () => {
    for (const engine of engines.values()) engine.close();
    await browser?.kill();
    await folder?.[Symbol.asyncDispose]();
  });
  for (const name of ['playwright', 'puppeteer'] as const) {
    engineConformance(name, {
      browser: () => browser,
      engine: () => {
        const engine = engines.get(name);
        if (!engine) throw new Error(`There is no engine ${name}.`);
        return engine;
      },
    });
  }
});
