import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defineConfig } from '@playwright/test';

import { BROWSER_ARGS, findChromium } from './src/console/support/chromium.ts';

// oxlint-disable-next-line import/no-default-export -- Playwright loads its configuration by the default export.
export default defineConfig({
  testDir: 'src/console',
  testMatch: '*.spec.ts',
  workers: 2,
  // A machine that stalls for half a minute is no defect of the console. A second try is printed as such.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  forbidOnly: true,
  // Far more than it takes: a busy machine is no defect of the console.
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./src/console/support/count-reporter.ts']],
  outputDir: join(tmpdir(), 'holdfast-console-tests'),
  use: {
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false, sources: false },
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      executablePath: findChromium() ?? '',
      args: [...BROWSER_ARGS],
    },
  },
});
