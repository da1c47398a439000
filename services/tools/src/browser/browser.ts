import type { InteractivePage, ReadingPage, WaitUntil } from './page.ts';

/** Whose browser: one context, with cookies and storage of its own, for each run. */
export interface BrowserRun {
  readonly tenant: string;
  readonly runId: string;
}

/** What drives Chromium. Both drive the same one. */
export type EngineName = 'playwright' | 'puppeteer';

/** What a page is opened for. */
export type Intent = 'read' | 'screenshot' | 'pdf' | 'interact';

/** What a decision on the engine is made from. */
export interface EngineQuestion {
  readonly url: string;
  readonly intent: Intent | undefined;
  /** A plain HTTP proxy, `http://127.0.0.1:<port>`: the run's own way out, with the policy and the records of its browser. */
  readonly proxyUrl: string;
  readonly signal: AbortSignal;
}

/** Which engine, and why: a sentence for people. */
export interface EngineDecision {
  readonly engine: EngineName;
  readonly reason: string;
}

/** Decides for `auto`. Asked once for each run: the first choice holds. What it throws fails the navigation. */
export type DecideEngine = (question: EngineQuestion) => Promise<EngineDecision>;

/** How {@link BrowserService.navigate} goes to a page. */
export interface NavigateOptions {
  readonly engine: 'auto' | EngineName;
  readonly intent?: Intent;
  /** Left out: `load`; `domcontentloaded` where `auto` has chosen Puppeteer for a page that is to be read. */
  readonly waitUntil?: WaitUntil;
  /** Milliseconds. Left out: tools.browser.timeout_ms. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** Where a navigation led. */
export interface Navigation {
  readonly engine: EngineName;
  /** Why this engine. */
  readonly reason: string;
  /** HTTP status of the page; 0 where there was none (about:blank, a download, a move inside the page). */
  readonly status: number;
  /** As it was asked for. */
  readonly url: string;
  readonly finalUrl: string;
  /** The addresses that led to it, in order, without the last. */
  readonly redirects: readonly string[];
  readonly title: string;
  /** The media type without parameters; empty where none was said. */
  readonly contentType: string;
  /** The address turned out to be a file: it is downloaded, and the page is what it was before. */
  readonly download: boolean;
  readonly durationMs: number;
}

/**
 * The browser of runs. Each method waits while a person has the run's browser, and for what else goes on in that run.
 *
 * Where Chromium has died, or the run's pages were closed for their memory, all but {@link navigate} throw UNAVAILABLE or
 * LIMIT_EXCEEDED with what was lost; the next `navigate` opens a new one.
 */
export interface BrowserService {
  /**
   * Goes to a page, and starts what is missing for it.
   *
   * @throws HoldfastError REFUSED for an address that may not be opened; UNAVAILABLE where it cannot be reached;
   *   TIMED_OUT; LIMIT_EXCEEDED for memory or the number of contexts; FAILED_PRECONDITION where there is no Chromium.
   */
  navigate(run: BrowserRun, url: string, options: NavigateOptions): Promise<Navigation>;
  /**
   * Reads from the open page, by whichever engine the run has.
   *
   * @throws HoldfastError FAILED_PRECONDITION where no page is open; whatever `work` throws.
   */
  read<T>(run: BrowserRun, signal: AbortSignal, work: (page: ReadingPage) => Promise<T>): Promise<T>;
  /**
   * Acts on the open page. A run that has Puppeteer changes over first, as by {@link escalate}.
   *
   * @param reason why the engine changes, where it has to: a sentence for people
   */
  act<T>(
    run: BrowserRun,
    options: { readonly reason: string; readonly signal: AbortSignal },
    work: (page: InteractivePage) => Promise<T>,
  ): Promise<T>;
  /** Moves the run to Playwright, with its cookies, its storage and its address, for good. Nothing where it is there. */
  escalate(run: BrowserRun, reason: string, signal: AbortSignal): Promise<EngineDecision>;
  /** The engine that the run has, and why; undefined before its first navigation. */
  engineOf(run: BrowserRun): EngineDecision | undefined;
  /** The run waits: what it has open is kept for `waiting_s`, or until another run needs the place. */
  pauseRun(run: BrowserRun): void;
  /** Closes what the run has open. */
  releaseRun(run: BrowserRun): Promise<void>;
}
