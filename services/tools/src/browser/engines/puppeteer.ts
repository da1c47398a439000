import type { CdpMux } from '../cdp/mux.ts';
import type { CdpMessage } from '../cdp/message.ts';
import type { Engine } from './engine.ts';
import { PuppeteerContext } from './puppeteer-context.ts';
import { VERB_MS, VIEWPORT } from './shared.ts';

/** Connects Puppeteer to the managed Chromium. */
export async function puppeteerEngine(mux: CdpMux): Promise<Engine> {
  // Only now: the platform starts faster without it.
  const { default: puppeteer } = await import('puppeteer-core');
  const port = await mux.port();
  const transport: {
    send(message: string): void;
    close(): void;
    onmessage?: (message: string) => void;
    onclose?: () => void;
  } = {
    send: (message) => port.send(JSON.parse(message) as CdpMessage),
    close: () => port.close(),
  };
  port.onMessage = (message) => transport.onmessage?.(JSON.stringify(message));
  port.onClose = () => transport.onclose?.();
  const browser = await puppeteer.connect({ transport, defaultViewport: VIEWPORT, protocolTimeout: VERB_MS * 6 });
  return {
    name: 'puppeteer',
    async open(parts) {
      const context = await browser.createBrowserContext({
        proxyServer: parts.gate.proxyUrl,
        proxyBypassList: ['<-loopback>'],
      });
      const made = new PuppeteerContext(context, parts);
      await parts.downloads.watch(made.id);
      await made.begin();
      return made;
    },
    adopt: () => Promise.reject(new Error('Runs never go back to Puppeteer.')),
    close: () => port.close(),
  };
}
