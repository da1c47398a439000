import { test as base, type BrowserContext, expect } from '@playwright/test';

/** What went wrong in the pages of a context: errors of scripts, of the console, and of the page's policy. */
export interface Faults {
  /** From now on, what matches is expected: the server is away, or refuses. */
  expect(pattern: RegExp): void;
  /** Watches another context too. */
  watch(context: BrowserContext): void;
  /** What came that was not expected. */
  readonly unexpected: readonly string[];
}

/** What a browser says of a server that is away. */
export const SERVER_AWAY = /net::ERR_|Failed to load resource|Failed to fetch/;

/** The tests of the console: none of them may leave an error behind in any page. */
export const test = base.extend<{ faults: Faults }>({
  faults: [
    async ({ context }, use) => {
      const faults = watchFaults();
      faults.watch(context);
      await use(faults);
      expect(faults.unexpected, 'errors in the pages').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function watchFaults(): Faults {
  const unexpected: string[] = [];
  const expected: RegExp[] = [];
  const add = (fault: string) => {
    if (!expected.some((pattern) => pattern.test(fault))) unexpected.push(fault);
  };
  return {
    unexpected,
    expect: (pattern) => expected.push(pattern),
    watch(context) {
      context.on('weberror', (error) => add(`page error: ${error.error().stack ?? error.error().message}`));
      context.on('console', (message) => {
        if (message.type() === 'error') add(`console: ${message.text()} (${message.location().url})`);
      });
    },
  };
}
