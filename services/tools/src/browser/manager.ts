import { HoldfastError } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';

import type { EngineName } from './browser.ts';
import type { BrowserConfig } from './config.ts';
import type { Engine } from './engines/engine.ts';
import { findChromium } from './find-chromium.ts';
import type { InteractivePage } from './page.ts';
import { type Chromium, launchChromium } from './process/launch.ts';
import type { LiveRecords } from './process/records.ts';

/** What the manager takes from the outside. */
export interface ManagerDeps {
  readonly config: BrowserConfig;
  /** The environment variable PATH. */
  readonly path: string;
  readonly records: LiveRecords;
  readonly logger: Logger;
  /** Told when a browser has ended, however. */
  readonly onEnd: (browser: ManagedBrowser, reason: string) => void;
}

/** One Chromium with the engines that drive it. */
export class ManagedBrowser {
  readonly chromium: Chromium;
  readonly uid: number | undefined;
  /** Runs that have a context in it. */
  users = 0;
  navigations = 0;
  /** It takes no further runs, and ends with the last one that it has. */
  isDraining = false;
  readonly #engines = new Map<EngineName, Promise<Engine>>();

  constructor(chromium: Chromium, uid: number | undefined) {
    this.chromium = chromium;
    this.uid = uid;
  }

  puppeteer(): Promise<Engine> {
    return this.#engine('puppeteer', async () => {
      const { puppeteerEngine } = await import('./engines/puppeteer.ts');
      return puppeteerEngine(this.chromium.mux);
    });
  }

  playwright(): Promise<Engine<InteractivePage>> {
    return this.#engine('playwright', async () => {
      const { playwrightEngine } = await import('./engines/playwright.ts');
      return playwrightEngine(this.chromium.mux, this.chromium.folder);
    }) as Promise<Engine<InteractivePage>>;
  }

  #engine(name: EngineName, connect: () => Promise<Engine>): Promise<Engine> {
    const known = this.#engines.get(name);
    if (known) return known;
    const engine = connect();
    this.#engines.set(name, engine);
    engine.catch(() => this.#engines.delete(name));
    return engine;
  }
}

/** Starts Chromium when it is first needed, ends it when nobody uses it, and changes it for a new one in time. */
export class BrowserManager {
  readonly #deps: ManagerDeps;
  readonly #all = new Set<ManagedBrowser>();
  /** The ends of browsers, until nothing is left of them. */
  readonly #ending = new Set<Promise<void>>();
  #current: Promise<ManagedBrowser> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
  }

  /** All that run: the current one, and those that drain. */
  all(): readonly ManagedBrowser[] {
    return [...this.#all];
  }

  /** A browser for one more run; {@link leave} gives it back. @throws HoldfastError FAILED_PRECONDITION */
  async enter(): Promise<ManagedBrowser> {
    if (this.#closed) throw new HoldfastError('UNAVAILABLE', 'The platform is closing. No page was opened.');
    clearTimeout(this.#idle);
    this.#current ??= this.#start();
    const starting = this.#current;
    let browser: ManagedBrowser;
    try {
      browser = await starting;
    } catch (error) {
      if (this.#current === starting) this.#current = undefined;
      throw error;
    }
    if (browser.isDraining || !this.#all.has(browser)) {
      if (this.#current === starting) this.#current = undefined;
      return this.enter();
    }
    browser.users += 1;
    return browser;
  }

  leave(browser: ManagedBrowser): void {
    browser.users -= 1;
    if (browser.users > 0) return;
    if (browser.isDraining) {
      void this.#end(browser);
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (browser.users === 0) void this.#end(browser);
    }, this.#deps.config.idle_s * 1000);
    this.#idle.unref();
  }

  /** Counts a navigation; after many of them new runs get a new browser. */
  countNavigation(browser: ManagedBrowser): void {
    browser.navigations += 1;
    if (browser.navigations >= this.#deps.config.recycle_after) this.drain(browser);
  }

  /** Takes no further run into this browser. */
  drain(browser: ManagedBrowser): void {
    browser.isDraining = true;
    if (browser.users === 0) void this.#end(browser);
  }

  /** Ends this one now. */
  kill(browser: ManagedBrowser): Promise<void> {
    browser.isDraining = true;
    return this.#end(browser);
  }

  /** Ends all, and starts none any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    // One that is about to start is waited for: nothing must be left of it.
    await this.#current?.catch(() => undefined);
    await Promise.all([...this.#all].map((browser) => this.#end(browser)));
    await Promise.all(this.#ending);
  }

  async #end(browser: ManagedBrowser): Promise<void> {
    try {
      await browser.chromium.kill();
    } catch (error) {
      this.#deps.logger.error(
        { err: error },
        'A browser could not be ended; the next start of the platform tries again.',
      );
    }
  }

  async #start(): Promise<ManagedBrowser> {
    const { config, path, records } = this.#deps;
    const executable = await findChromium({ configured: config.executable, path });
    const uid = process.getuid?.() === 0 ? config.uid : undefined;
    const chromium = await launchChromium({ executable, uid, chromiumSandbox: config.chromium_sandbox, records });
    const browser = new ManagedBrowser(chromium, uid);
    this.#all.add(browser);
    const end = this.#await(browser).finally(() => this.#ending.delete(end));
    this.#ending.add(end);
    return browser;
  }

  /** Tells of its end at once, and sees to what it leaves. */
  async #await(browser: ManagedBrowser): Promise<void> {
    const { chromium } = browser;
    const reason = await chromium.over;
    this.#all.delete(browser);
    this.#deps.onEnd(browser, reason);
    try {
      await chromium.ended;
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'What a browser left could not be removed; the next start tries again.');
    }
  }
}
