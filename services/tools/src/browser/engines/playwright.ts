import { join } from 'node:path';

import type { Browser, ConnectOverCDPTransport } from 'playwright-core';

import type { CdpMux } from '../cdp/mux.ts';
import type { InteractivePage } from '../page.ts';
import type { Engine, PageParts } from './engine.ts';
import { PlaywrightContext } from './playwright-context.ts';
import { VIEWPORT } from './shared.ts';

/** Connects Playwright to the managed Chromium. */
export async function playwrightEngine(mux: CdpMux, folder: string): Promise<Engine<InteractivePage>> {
  // Only now: the platform starts faster without it.
  const { chromium } = await import('playwright-core');
  const port = await mux.port();
  const transport: ConnectOverCDPTransport = {
    send: (message) => port.send(message),
    close: () => port.close(),
  };
  port.onMessage = (message) => transport.onmessage?.(message);
  port.onClose = (reason) => transport.onclose?.(reason);
  const browser: Browser = await chromium.connectOverCDP(transport, { artifactsDir: join(folder, 'artifacts') });
  // One after the other: the multiplexer tells which context was made last.
  let last: Promise<unknown> = Promise.resolve();
  const make = (parts: PageParts, adopted: string | undefined): Promise<PlaywrightContext> => {
    const made = last.then(async () => {
      if (adopted !== undefined) port.adopt(adopted);
      const context = await browser.newContext({
        proxy: { server: parts.gate.proxyUrl },
        viewport: VIEWPORT,
        acceptDownloads: true,
        serviceWorkers: 'allow',
      });
      return { context, id: port.lastContext ?? '' };
    });
    last = made.catch(() => undefined);
    return made.then(async ({ context, id }) => {
      await parts.downloads.watch(id);
      const result = new PlaywrightContext(context, id, parts);
      if (adopted !== undefined) await port.attachPages(id);
      await result.begin(adopted !== undefined);
      return result;
    });
  };
  return {
    name: 'playwright',
    open: (parts) => make(parts, undefined),
    adopt: (contextId, parts) => make(parts, contextId),
    close: () => port.close(),
  };
}
