import { HoldfastError } from '@holdfast/protocol';

import type { PageCdp } from './engine.ts';

/** What a text is the same without. */
const LEFT_OUT = ['Image', 'Media', 'Font', 'Stylesheet'];

/** Keeps a page from loading what is only to be looked at. */
export class TextOnly {
  readonly #cdp: PageCdp;
  #isOn = false;
  #leftOut = 0;

  /** @param problem told of a request that could not be stopped */
  constructor(cdp: PageCdp, problem: (why: string) => void) {
    this.#cdp = cdp;
    cdp.on('Fetch.requestPaused', ({ requestId = '' }) => {
      this.#leftOut += 1;
      const stop = cdp.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
      // The page has gone on meanwhile, or is gone.
      stop.catch((error: unknown) => problem(HoldfastError.from(error).message));
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Whether the page is not what it would be. */
  get hasLeftOut(): boolean {
    return this.#leftOut > 0;
  }

  /** From now on; what was left out before does not count any more. */
  async set(on: boolean): Promise<void> {
    this.#leftOut = 0;
    if (on === this.#isOn) return;
    const patterns = LEFT_OUT.map((resourceType) => ({ urlPattern: '*', resourceType }));
    await (on ? this.#cdp.send('Fetch.enable', { patterns }) : this.#cdp.send('Fetch.disable'));
    this.#isOn = on;
  }
}
