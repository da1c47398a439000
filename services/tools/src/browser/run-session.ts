import { HoldfastError } from '@holdfast/protocol';

import type { BrowserRun, EngineDecision } from './browser.ts';
import type { Downloads } from './downloads/downloads.ts';
import type { EngineContext, PageParts } from './engines/engine.ts';
import type { ManagedBrowser } from './manager.ts';
import type { InteractivePage } from './page.ts';

/** Who has a run's browser in place of its agent. */
export interface Takeover {
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** What one run has open. */
export class RunSession {
  readonly run: BrowserRun;
  readonly browser: ManagedBrowser;
  readonly parts: PageParts;
  readonly downloads: Downloads;
  /** Epoch milliseconds. */
  readonly openedAt: number;
  context: EngineContext;
  decision: EngineDecision;
  /** The page may have died or hang: it is looked at before the next navigation. */
  isSuspect = false;
  /** Bytes of its pages at the last look; undefined where they were too few to look closely. */
  memory: number | undefined;
  readonly #loss = Promise.withResolvers<never>();
  #lost: HoldfastError | undefined;

  constructor(init: {
    run: BrowserRun;
    browser: ManagedBrowser;
    parts: PageParts;
    openedAt: number;
    context: EngineContext;
    decision: EngineDecision;
  }) {
    this.run = init.run;
    this.browser = init.browser;
    this.parts = init.parts;
    this.downloads = init.parts.downloads;
    this.openedAt = init.openedAt;
    this.context = init.context;
    this.decision = init.decision;
    this.#loss.promise.catch(() => undefined);
  }

  /** Why there is nothing any more; undefined while there is. */
  get lost(): HoldfastError | undefined {
    return this.#lost;
  }

  lose(why: HoldfastError): void {
    this.#lost ??= why;
    this.#loss.reject(this.#lost);
  }

  /** The page, where the run has the engine to act on it. */
  get interactive(): InteractivePage | undefined {
    return this.context.engine === 'playwright' ? (this.context.page as InteractivePage) : undefined;
  }

  /** Waits for work, unless the session is lost or `signal` is aborted meanwhile. */
  async race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const left = Promise.withResolvers<never>();
    const abort = (): void => left.reject(HoldfastError.from(signal.reason, 'CANCELED', 'The call was given up.'));
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([work, this.#loss.promise, left.promise]);
    } catch (error) {
      if (this.#lost) throw this.#lost;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
