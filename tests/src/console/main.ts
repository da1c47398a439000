// Runs the tests of the console in Chromium; without one it says so, which is a failure in CI only. What follows on the
// command line goes to Playwright.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
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
  // A folder of its own for each run: Playwright empties it, also under another one that is still at work.
  const output = mkdtempSync(join(tmpdir(), 'holdfast-console-tests-'));
  const args = [playwright, 'test', '-c', config, '--output', output, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  // What failed can be looked at there.
  if (code === 0) rmSync(output, { recursive: true, force: true });
  return code ?? 1;
}

process.exitCode = await main();
