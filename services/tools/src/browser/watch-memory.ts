import { HoldfastError } from '@holdfast/protocol';
import type { Logger } from '@holdfast/telemetry';

import type { BrowserConfig } from './config.ts';
import type { BrowserManager, ManagedBrowser } from './manager.ts';
import { memoryOfTree } from './process/memory.ts';
import { ownersOfProcesses } from './process/owners.ts';
import type { RunSession } from './run-session.ts';

const MIB = 1024 * 1024;

/** What memory is watched of. */
export interface MemoryDeps {
  readonly config: Pick<BrowserConfig, 'memory_mb' | 'context_memory_mb' | 'sample_ms'>;
  readonly manager: BrowserManager;
  readonly logger: Logger;
  readonly sessions: () => readonly RunSession[];
  /** Takes everything from a run, and tells it why. */
  readonly lose: (session: RunSession, why: HoldfastError) => Promise<void>;
}

/** Looks at the memory of the browsers again and again, and holds it to its bounds. */
export class MemoryWatch {
  readonly #deps: MemoryDeps;
  #timer: NodeJS.Timeout | undefined;
  /** Bytes of all browsers at the last look. */
  total = 0;

  constructor(deps: MemoryDeps) {
    this.#deps = deps;
  }

  /** Begins where it has not begun. It pauses by itself when no browser is left. */
  start(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      void this.#round();
    }, this.#deps.config.sample_ms);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const { manager, logger } = this.#deps;
    try {
      await this.look();
    } catch (error) {
      // A browser that ends under the look; what else it may be is in the log.
      if (!HoldfastError.has(error, 'UNAVAILABLE'))
        logger.error({ err: error }, 'The memory of a browser could not be read.');
    }
    this.#timer = undefined;
    if (manager.all().length > 0) this.start();
  }

  /** Looks once. */
  async look(): Promise<void> {
    const { config, manager } = this.#deps;
    const most = config.memory_mb * MIB;
    let all = 0;
    for (const browser of manager.all()) {
      const byProcess = await memoryOfTree(browser.chromium.pid);
      const total = sum(byProcess.values());
      const pages = total - (byProcess.get(browser.chromium.pid) ?? 0);
      if (pages > config.context_memory_mb * MIB) await this.#lookClosely(browser, byProcess);
      else for (const session of this.#of(browser)) session.memory = undefined;
      if (total > most) await this.#relieve(browser, total, byProcess);
      all += total;
    }
    this.total = all;
  }

  #of(browser: ManagedBrowser): RunSession[] {
    return this.#deps.sessions().filter((session) => session.browser === browser);
  }

  /** Finds out what each run takes. */
  async #divide(browser: ManagedBrowser, byProcess: ReadonlyMap<number, number>): Promise<void> {
    const owners = await ownersOfProcesses(browser.chromium.mux);
    for (const session of this.#of(browser)) {
      const own = [...byProcess].filter(([pid]) => owners.get(pid) === session.context.id);
      session.memory = sum(own.map(([, bytes]) => bytes));
    }
  }

  async #lookClosely(browser: ManagedBrowser, byProcess: ReadonlyMap<number, number>): Promise<void> {
    const { config, lose } = this.#deps;
    await this.#divide(browser, byProcess);
    for (const session of this.#of(browser)) {
      if (session.memory !== undefined && session.memory > config.context_memory_mb * MIB) {
        const key = `tools.browser.context_memory_mb (${config.context_memory_mb})`;
        await lose(session, overBound(`The pages of this run took ${inMib(session.memory)} MiB, more than ${key}`));
      }
    }
  }

  /** The whole is too large: the largest run goes first, and the browser ends with those that it has left. */
  async #relieve(browser: ManagedBrowser, total: number, byProcess: ReadonlyMap<number, number>): Promise<void> {
    const { config, manager, lose, logger } = this.#deps;
    const key = `tools.browser.memory_mb (${config.memory_mb})`;
    logger.warn({ bytes: total }, 'The browser takes more memory than it may and is recycled.');
    await this.#divide(browser, byProcess);
    const largest = this.#of(browser).toSorted((a, b) => (b.memory ?? 0) - (a.memory ?? 0))[0];
    manager.drain(browser);
    if (largest) {
      await lose(
        largest,
        overBound(`The browser took ${inMib(total)} MiB, more than ${key}, and this run the most of it`),
      );
    }
  }
}

function overBound(what: string): HoldfastError {
  return new HoldfastError(
    'LIMIT_EXCEEDED',
    `${what}: they were closed. Cookies and pages are lost; files that were saved are kept. Navigate again, to less at once.`,
  );
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function inMib(bytes: number): number {
  return Math.round(bytes / MIB);
}
