import { type Browser, chromium } from '@playwright/test';

import { findChromium } from '../../tests/src/console/support/chromium.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
/** Of every page that is measured, pixels. */
export const VIEWPORT = { width: 1280, height: 860 } as const;

/** Starts the Chromium of this machine without a window. @throws Error where there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error('Chromium was not found, so nothing was measured. Install it (Debian: apt-get install chromium).');
  }
  // Ctrl-C is the benchmark's own: it has more to put away than the browser.
  return chromium.launch({
    executablePath,
    args: ARGS,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
