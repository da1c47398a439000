// Runs the tests of the console in Chromium; without one it says so, which is a failure in CI only. What follows on the
// command line goes to Playwright.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { findChromium } from './support/chromium.ts';

async function main(): Promise<number> {
  if (findChromium() === undefined) {
    const inCi = process.env['CI'] === 'true';
    process.stderr.write('Chromium was not found (Debian: apt-get install chromium): the console is not tested.\n');
    process.stdout.write(inCi ? '0 passed, 1 failed, 0 skipped\n' : '0 passed, 0 failed, 1 skipped\n');
    return inCi ? 1 : 0;
  }
  const playwright = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
  const config = join(import.meta.dirname, '..', '..', 'playwright.config.ts');
  const child = spawn(process.execPath, [playwright, 'test', '-c', config, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

process.exitCode = await main();
