import type { EngineName } from './browser.ts';

/** When a navigation counts as done. `idle`: `load`, and then half a second without traffic. */
export type WaitUntil = 'commit' | 'domcontentloaded' | 'load' | 'idle';

/** How {@link ReadingPage.goto} goes. */
export interface GotoOptions {
  readonly waitUntil: WaitUntil;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /**
   * Pictures, style sheets, fonts and media are left out until somebody looks at the page. Puppeteer's page alone can do
   * it.
   */
  readonly textOnly?: boolean;
}

/** What a navigation was answered with. */
export interface PageResponse {
  /** HTTP status; 0 where there was none. */
  readonly status: number;
  /** The addresses that led here, in order. */
  readonly redirects: readonly string[];
  /** As the header says it; empty where it does not. */
  readonly contentType: string;
  readonly download: boolean;
}

/** A line of the page's console, or an error that nobody caught. */
export interface ConsoleEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `log`, `warning`, `error`, `exception` ... */
  readonly level: string;
  readonly text: string;
  /** `address:line`; empty where it is not known. */
  readonly where: string;
}

/** A request that the page made. */
export interface NetworkEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** `document`, `script`, `fetch` ... */
  readonly type: string;
  /** HTTP status; 0 where there was no answer (yet). */
  readonly status: number;
  /** Why there was no answer; empty where there was one. */
  readonly failure: string;
}

/** A dialog that a page opened, and what became of it. */
export interface DialogEntry {
  readonly at: number;
  readonly type: 'alert' | 'confirm' | 'prompt' | 'beforeunload';
  readonly message: string;
  readonly accepted: boolean;
}

/** A file that the browser downloaded. It is kept until the context closes. */
export interface DownloadEntry {
  readonly id: string;
  readonly url: string;
  /** As the server suggests it, without folders. */
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed';
  /** So far. */
  readonly bytes: number;
  /** Why it failed; empty otherwise. */
  readonly failure: string;
}

/** How a picture is taken. */
export interface ScreenshotOptions {
  /** The whole page, down to a bound, in place of what is in view. */
  readonly fullPage?: boolean;
  /** Left out: png. */
  readonly format?: 'png' | 'jpeg';
}

/** A page that is read. All logs are bounded: the oldest entries go first. */
export interface ReadingPage {
  readonly engine: EngineName;
  /**
   * @throws HoldfastError REFUSED, UNAVAILABLE, TIMED_OUT, TOO_LARGE
   */
  goto(url: string, options: GotoOptions): Promise<PageResponse>;
  /** Loads the page again where {@link GotoOptions.textOnly} had left something out of it. */
  complete(): Promise<void>;
  url(): string;
  title(): Promise<string>;
  /** The document as it is now. @throws HoldfastError TOO_LARGE above tools.browser.html_bytes. */
  html(): Promise<string>;
  /** A picture: PNG unless asked otherwise. */
  screenshot(options?: ScreenshotOptions): Promise<Uint8Array>;
  /** A4, with backgrounds. */
  pdf(): Promise<Uint8Array>;
  console(): readonly ConsoleEntry[];
  network(): readonly NetworkEntry[];
  dialogs(): readonly DialogEntry[];
  downloads(): readonly DownloadEntry[];
  /** The bytes of a download that is done. @throws HoldfastError NOT_FOUND, FAILED_PRECONDITION */
  readDownload(id: string): Promise<Uint8Array>;
  /** Gives up what is loading. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** One of the tabs of a run. */
export interface Tab {
  /** Counts from 0. */
  readonly index: number;
  readonly url: string;
  readonly title: string;
  /** What the verbs act on. */
  readonly current: boolean;
}

/** How {@link InteractivePage.click} clicks. */
export interface ClickOptions {
  readonly button?: 'left' | 'middle' | 'right';
  readonly double?: boolean;
  readonly modifiers?: readonly ('Alt' | 'Control' | 'Meta' | 'Shift')[];
}

/** How {@link InteractivePage.fill} fills. */
export interface FillOptions {
  /** Shown as dots from then on, whatever kind of field it is: for what no picture may show. */
  readonly masked?: boolean;
}

/** What {@link InteractivePage.waitFor} waits for: the first that is given. */
export interface WaitWish {
  readonly text?: string;
  readonly textGone?: string;
  /** A CSS selector; visible. */
  readonly selector?: string;
  /** Milliseconds. */
  readonly timeMs?: number;
}

/**
 * A page that is acted on. It has the tabs of the run; everything acts on the current one. Elements are named by the
 * references of the last snapshot, such as `e12`.
 *
 * What names an element throws NOT_FOUND where the reference is none of the page any more, and TIMED_OUT where the
 * element does not become ready in time.
 */
export interface InteractivePage extends ReadingPage {
  readonly engine: 'playwright';
  /** The tree of what a person perceives, as YAML, with `[ref=e12]` at what can be named. */
  snapshot(): Promise<string>;
  click(ref: string, options?: ClickOptions): Promise<void>;
  hover(ref: string): Promise<void>;
  /** Types key by key into what has the focus after a click on it. */
  type(ref: string, text: string): Promise<void>;
  /** Sets the value at once; a checkbox or radio button takes `true` and `false`. */
  fill(ref: string, value: string, options?: FillOptions): Promise<void>;
  /** The addresses of the frame that holds an element, and of all frames around it: the page's own is the last. */
  frameUrls(ref: string): Promise<readonly string[]>;
  /** Chooses options by value or label. @returns the values chosen */
  select(ref: string, values: readonly string[]): Promise<readonly string[]>;
  /** Presses a key or a combination, such as `Enter` or `Control+A`; on the page, or on an element. */
  press(key: string, ref?: string): Promise<void>;
  /** Gives files to a file field. Bytes, not paths: the browser reads nothing of the disk. */
  upload(
    ref: string,
    files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[],
  ): Promise<void>;
  waitFor(wish: WaitWish, timeoutMs: number): Promise<void>;
  tabs(): Promise<readonly Tab[]>;
  /** Opens a tab and makes it the current one. */
  newTab(): Promise<void>;
  /** @throws HoldfastError NOT_FOUND */
  selectTab(index: number): Promise<void>;
  /** Closes a tab; the last one leaves an empty one. @throws HoldfastError NOT_FOUND */
  closeTab(index: number): Promise<void>;
  /** One step back in the history. False where there is none. */
  back(timeoutMs: number): Promise<boolean>;
  /** How the next dialog is answered. Without it alerts are accepted, and everything else is dismissed. */
  answerNextDialog(answer: { readonly accept: boolean; readonly text?: string }): void;
}
