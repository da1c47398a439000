import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import type { Clock, Logger } from '@holdfast/telemetry';

import type {
  BrowserRun,
  BrowserService,
  DecideEngine,
  EngineDecision,
  EngineName,
  NavigateOptions,
  Navigation,
} from './browser.ts';
import type { BrowserConfig } from './config.ts';
import { Downloads } from './downloads/downloads.ts';
import type { EngineContext, PageParts } from './engines/engine.ts';
import { PageLog } from './engines/page-log.ts';
import { guardTabs } from './guard.ts';
import { BrowserManager, type ManagedBrowser } from './manager.ts';
import { createGates, type GatesDeps } from './network/gate.ts';
import { checkAddress } from './network/scheme.ts';
import type { LiveRecords } from './process/records.ts';
import { RunSession, type Takeover } from './run-session.ts';
import { Turns } from './turns.ts';
import { MemoryWatch } from './watch-memory.ts';

/** What the browser service takes from the outside. */
export interface BrowserDeps {
  readonly config: BrowserConfig;
  /** The environment variable PATH. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly decide: DecideEngine;
  /** Browsers that live, on disk. */
  readonly records: LiveRecords;
  /** Gets every decision of the egress proxy on a request of a browser. */
  readonly onDecision: GatesDeps['onDecision'];
  /** For tests: how names are resolved and addresses dialled. */
  readonly egress?: Pick<GatesDeps, 'resolve' | 'dial'>;
}

/** What a run has open, for people. */
export interface OpenBrowser {
  readonly run: BrowserRun;
  readonly decision: EngineDecision;
  readonly url: string;
  readonly title: string;
  readonly openedAt: number;
  readonly takeover: Takeover | undefined;
}

interface Place {
  readonly run: BrowserRun;
  readonly turns: Turns;
  session: RunSession | undefined;
  /** Why the last session ended; told until the next navigation. */
  loss: HoldfastError | undefined;
  /** Ends the session of a run that waits. */
  waiting: NodeJS.Timeout | undefined;
  /** When the run or a person last used it, epoch milliseconds. */
  usedAt: number;
}

/** So long a page may take to say its title. */
const TITLE_MS = 2000;
/** And so long a context to close. */
const CLOSE_MS = 5000;
const MOVED: EngineDecision = { engine: 'playwright', reason: '' };

/** The browser of runs in this process. Nothing is started before the first navigation. */
export class RunBrowsers implements BrowserService {
  readonly #deps: BrowserDeps;
  readonly #manager: BrowserManager;
  readonly #gates: ReturnType<typeof createGates>;
  readonly #memory: MemoryWatch;
  readonly #places = new Map<string, Place>();
  readonly #guarded = new WeakSet<ManagedBrowser>();
  #opening = 0;

  /** @throws HoldfastError CONFIG_INVALID for lists of hosts that cannot be read. */
  constructor(deps: BrowserDeps) {
    const { config, path, records, logger, clock, onDecision } = deps;
    this.#deps = deps;
    this.#gates = createGates({
      config,
      clock,
      onDecision,
      onError: (error) => logger.error({ err: error }, 'The egress proxy of the browser failed.'),
      ...deps.egress,
    });
    this.#manager = new BrowserManager({
      config,
      path,
      records,
      logger,
      onEnd: (browser, why) => this.#ended(browser, why),
    });
    this.#memory = new MemoryWatch({
      config,
      manager: this.#manager,
      logger,
      sessions: () => this.#sessions(),
      lose: (session, why) => this.#lose(session, why),
    });
  }

  /** Ends what a killed service has left. @returns how many browsers that were */
  reap(): Promise<number> {
    return this.#deps.records.reap();
  }

  async navigate(run: BrowserRun, given: string, options: NavigateOptions): Promise<Navigation> {
    const url = checkAddress(given);
    const place = this.#place(run);
    return place.turns.take(options.signal, async () => {
      const began = this.#deps.clock.monotonic();
      const session = await this.#sessionFor(place, url, options);
      const page = session.context.page;
      this.#manager.countNavigation(session.browser);
      const timeoutMs = options.timeoutMs ?? this.#deps.config.timeout_ms;
      const textOnly = isToBeRead(session, options);
      const waitUntil = options.waitUntil ?? (textOnly ? 'domcontentloaded' : 'load');
      const went = await this.#on(session, options.signal, () =>
        session.context.page.goto(url, { waitUntil, timeoutMs, textOnly }),
      );
      return {
        ...session.decision,
        status: went.status,
        url: given,
        finalUrl: page.url(),
        redirects: went.redirects,
        title: await this.#titleOf(session, options.signal),
        contentType: went.contentType,
        download: went.download,
        durationMs: Math.round(this.#deps.clock.monotonic() - began),
      };
    });
  }

  read: BrowserService['read'] = (run, signal, work) => {
    const place = this.#place(run);
    return place.turns.take(signal, () => {
      const session = openSession(place);
      return this.#on(session, signal, () => work(session.context.page));
    });
  };

  act: BrowserService['act'] = (run, { reason, signal }, work) => {
    const place = this.#place(run);
    return place.turns.take(signal, async () => {
      const session = openSession(place);
      await this.#on(session, signal, () => this.#toPlaywright(session, reason));
      const page = session.interactive;
      if (!page) throw new HoldfastError('INTERNAL', 'The run was moved to Playwright and does not have it.');
      return this.#on(session, signal, () => work(page));
    });
  };

  async escalate(run: BrowserRun, reason: string, signal: AbortSignal): Promise<EngineDecision> {
    const place = this.#place(run);
    return place.turns.take(signal, async () => {
      const session = openSession(place);
      await this.#on(session, signal, () => this.#toPlaywright(session, reason));
      return session.decision;
    });
  }

  engineOf(run: BrowserRun): EngineDecision | undefined {
    return this.#places.get(keyOf(run))?.session?.decision;
  }

  pauseRun(run: BrowserRun): void {
    const place = this.#places.get(keyOf(run));
    if (!place?.session) return;
    place.usedAt = this.#deps.clock.now();
    this.#waitAgain(place);
  }

  async releaseRun(run: BrowserRun): Promise<void> {
    const place = this.#places.get(keyOf(run));
    if (!place) return;
    clearTimeout(place.waiting);
    this.#places.delete(keyOf(run));
    place.turns.resume();
    if (place.session) {
      await this.#lose(
        place.session,
        new HoldfastError('FAILED_PRECONDITION', 'The run has ended, and its browser with it.'),
      );
    }
  }

  /** What is open, of one tenant. */
  async list(tenant: string): Promise<readonly OpenBrowser[]> {
    const open = [...this.#places.values()].filter(({ run, session }) => run.tenant === tenant && session);
    return Promise.all(
      open.flatMap(({ session, turns, run }) => (session ? [describe(run, session, turns.takeover)] : [])),
    );
  }

  /** The place of a run that has a browser, for a person. @throws HoldfastError NOT_FOUND */
  placeOf(run: BrowserRun): { readonly turns: Turns; readonly session: RunSession } {
    const place = this.#places.get(keyOf(run));
    if (place?.session) {
      place.usedAt = this.#deps.clock.now();
      return { turns: place.turns, session: place.session };
    }
    throw new HoldfastError('NOT_FOUND', `The run ${run.runId} has no browser open.`);
  }

  /** Browsers, runs in them, and bytes at the last look: for metrics. */
  figures(): { readonly browsers: number; readonly contexts: number; readonly memoryBytes: number } {
    return {
      browsers: this.#manager.all().length,
      contexts: this.#sessions().length,
      memoryBytes: this.#manager.all().length === 0 ? 0 : this.#memory.total,
    };
  }

  /** Ends every browser, with all of its processes and folders. */
  async close(): Promise<void> {
    this.#memory.stop();
    const why = new HoldfastError('UNAVAILABLE', 'The platform is closing. Files that were saved are kept.');
    for (const place of this.#places.values()) {
      clearTimeout(place.waiting);
      place.turns.resume();
      if (place.session) await this.#lose(place.session, why);
    }
    await this.#manager.close();
  }

  #place(run: BrowserRun): Place {
    const key = keyOf(run);
    const known = this.#places.get(key);
    if (known) {
      // A call: the run goes on.
      clearTimeout(known.waiting);
      known.waiting = undefined;
      return known;
    }
    const place: Place = {
      run,
      turns: new Turns(),
      session: undefined,
      loss: undefined,
      waiting: undefined,
      usedAt: this.#deps.clock.now(),
    };
    this.#places.set(key, place);
    return place;
  }

  /** Has the session of a run that waits end when nobody has used it for long. */
  #waitAgain(place: Place): void {
    const { clock, config } = this.#deps;
    clearTimeout(place.waiting);
    const left = place.usedAt + config.waiting_s * 1000 - clock.now();
    if (left <= 0) {
      void this.#giveUp(place, `nobody used it for ${config.waiting_s} s (tools.browser.waiting_s)`);
      return;
    }
    place.waiting = setTimeout(() => this.#waitAgain(place), left).unref();
  }

  /** Closes what a run has open that waits. */
  async #giveUp(place: Place, why: string): Promise<void> {
    clearTimeout(place.waiting);
    place.waiting = undefined;
    place.turns.resume();
    const message = `The run waited, and its browser was closed: ${why}. Its pages, cookies and storage are lost; files that were saved are kept. Navigate again.`;
    if (place.session) await this.#lose(place.session, new HoldfastError('FAILED_PRECONDITION', message));
  }

  /** The run that has waited longest, of those whose browser no person has. */
  #longestWaiting(): Place | undefined {
    return [...this.#places.values()]
      .filter(({ session, turns, waiting }) => session && waiting && !turns.takeover)
      .sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  #sessions(): RunSession[] {
    return [...this.#places.values()].flatMap(({ session }) => (session ? [session] : []));
  }

  /** The session with the engine that is wished for, and a page that answers. */
  async #sessionFor(place: Place, url: string, options: NavigateOptions): Promise<RunSession> {
    const { engine, intent, signal } = options;
    const session = place.session;
    if (!session) return this.#open(place, url, options);
    if (session.isSuspect) {
      session.isSuspect = false;
      await this.#on(session, signal, () => session.context.revive());
    }
    if (engine === 'playwright')
      await this.#on(session, signal, () => this.#toPlaywright(session, 'It was asked for.'));
    else if (intent === 'interact') {
      await this.#on(session, signal, () => this.#toPlaywright(session, 'The page is to be acted on.'));
    }
    return session;
  }

  async #open(place: Place, url: string, options: NavigateOptions): Promise<RunSession> {
    const { config } = this.#deps;
    if (this.#sessions().length + this.#opening >= config.max_contexts) {
      const waiting = this.#longestWaiting();
      if (waiting) await this.#giveUp(waiting, 'another run needed its place (tools.browser.max_contexts)');
    }
    if (this.#sessions().length + this.#opening >= config.max_contexts) {
      const message = `${config.max_contexts} runs have a browser open, which is the bound (tools.browser.max_contexts). Nothing was opened. Try again when one of them has ended.`;
      throw new HoldfastError('LIMIT_EXCEEDED', message);
    }
    this.#opening += 1;
    try {
      // A browser may have died that nobody has missed yet.
      const session = (await this.#make(place.run, url, options)) ?? (await this.#make(place.run, url, options));
      if (!session)
        throw new HoldfastError('UNAVAILABLE', 'The browser ended twice while it started. Nothing was opened.');
      place.session = session;
      place.loss = undefined;
      return session;
    } finally {
      this.#opening -= 1;
    }
  }

  /** @returns undefined where the browser ended under it */
  async #make(
    run: BrowserRun,
    url: string,
    { engine, intent, signal }: NavigateOptions,
  ): Promise<RunSession | undefined> {
    const { config, clock, decide } = this.#deps;
    const gate = await this.#gates.open(run.runId);
    let browser: ManagedBrowser | undefined;
    let downloads: Downloads | undefined;
    let context: EngineContext | undefined;
    try {
      const choose = async (): Promise<EngineDecision> =>
        engine === 'auto'
          ? decide({ url, intent, proxyUrl: gate.proxyUrl, signal })
          : { engine, reason: 'It was asked for.' };
      const [entered, chosen] = await Promise.allSettled([this.#manager.enter(), choose()]);
      if (entered.status === 'fulfilled') browser = entered.value;
      if (entered.status === 'rejected') throw entered.reason;
      if (chosen.status === 'rejected') throw chosen.reason;
      const entry = entered.value;
      this.#memory.start();
      if (!this.#guarded.has(entry)) {
        this.#guarded.add(entry);
        await guardTabs(entry.chromium.mux, config.max_tabs, ({ contextId, why }) => this.#violated(contextId, why));
      }
      const { mux, folder } = entry.chromium;
      downloads = new Downloads({ mux, folder, uid: entry.uid, config });
      const log = new PageLog(clock.now);
      const parts: PageParts = { gate, log, downloads, config, monotonic: clock.monotonic };
      const driver = await engineOf(entry, chosen.value.engine);
      signal.throwIfAborted();
      context = await driver.open(parts);
      return new RunSession({ run, browser: entry, parts, openedAt: clock.now(), context, decision: chosen.value });
    } catch (error) {
      await context?.close().catch(() => undefined);
      await downloads?.close();
      await gate.close();
      if (browser) this.#manager.leave(browser);
      if (browser?.chromium.mux.isClosed && !signal.aborted) return undefined;
      throw error;
    }
  }

  async #toPlaywright(session: RunSession, reason: string): Promise<void> {
    if (session.context.engine === 'playwright') return;
    await session.context.page.complete();
    const engine = await session.browser.playwright();
    session.context = await engine.adopt(session.context.id, session.parts);
    session.decision = { ...MOVED, reason };
  }

  /** Does something with a session, and notes what that says of its page. */
  async #on<T>(session: RunSession, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (session.lost) throw session.lost;
    try {
      return await session.race(work(), signal);
    } catch (error) {
      const { chromium } = session.browser;
      if (chromium.mux.isClosed && !signal.aborted) {
        // The engine knows of the end a moment before the reason is known.
        await chromium.over;
        throw session.lost ?? error;
      }
      session.isSuspect ||= HoldfastError.has(error, 'UNAVAILABLE') || HoldfastError.has(error, 'TIMED_OUT');
      if (signal.aborted && !session.lost) {
        session.isSuspect = true;
        // What was given up must not go on beside what comes next.
        session.context.page.stop().catch(() => undefined);
      }
      throw error;
    }
  }

  /** Empty for a page that is too busy to say it: that is no reason to fail, but one to look at it before the next. */
  async #titleOf(session: RunSession, signal: AbortSignal): Promise<string> {
    const late = sleep(TITLE_MS, undefined, { ref: false });
    const title = await this.#on(session, signal, () => Promise.race([session.context.page.title(), late]));
    session.isSuspect ||= title === undefined;
    return title ?? '';
  }

  #violated(contextId: string, why: string): void {
    const session = this.#sessions().find(({ context }) => context.id === contextId);
    session?.parts.log.said('error', why, '');
  }

  #ended(browser: ManagedBrowser, why: string): void {
    for (const session of this.#sessions().filter((one) => one.browser === browser)) {
      const message = `The browser ended (${why}). The pages, cookies and storage of this run are lost; files that were saved are kept. Navigate again: a new browser starts.`;
      void this.#lose(session, new HoldfastError('UNAVAILABLE', message));
    }
  }

  /** Takes a session away and frees what it holds. */
  async #lose(session: RunSession, why: HoldfastError): Promise<void> {
    if (session.lost) return;
    session.lose(why);
    const place = this.#places.get(keyOf(session.run));
    if (place?.session === session) {
      place.session = undefined;
      place.loss = why;
    }
    const { context, downloads, parts, browser } = session;
    // Of a browser that is gone there is nothing to be closed; a page that hangs is ended with its browser at the latest.
    await Promise.race([context.close().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]);
    await downloads.close();
    await parts.gate.close();
    this.#manager.leave(browser);
  }
}

function openSession(place: Place): RunSession {
  if (place.session) return place.session;
  throw place.loss ?? new HoldfastError('FAILED_PRECONDITION', 'No page is open. Navigate to one first.');
}

/** Whether a page is for its text alone, until something else is asked of it. */
function isToBeRead({ context }: RunSession, { engine, intent }: NavigateOptions): boolean {
  return context.engine === 'puppeteer' && engine === 'auto' && (intent === undefined || intent === 'read');
}

async function engineOf(browser: ManagedBrowser, name: EngineName) {
  return name === 'playwright' ? browser.playwright() : browser.puppeteer();
}

async function describe(run: BrowserRun, session: RunSession, takeover: Takeover | undefined): Promise<OpenBrowser> {
  const { context, decision, openedAt } = session;
  const told = { run, decision, openedAt, takeover };
  try {
    return {
      ...told,
      url: context.page.url(),
      title: await session.race(context.page.title(), AbortSignal.timeout(1000)),
    };
  } catch {
    // A page that hangs or has crashed has no title; that it is there is told all the same.
    return { ...told, url: '', title: '' };
  }
}

function keyOf({ tenant, runId }: BrowserRun): string {
  return `${tenant}\0${runId}`;
}
