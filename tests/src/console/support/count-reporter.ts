import type { Reporter, TestCase } from '@playwright/test/reporter';

/** Ends with "N passed, N failed, N skipped", the line that scripts/test.mjs counts by. */
class CountReporter implements Reporter {
  #tests: TestCase[] = [];
  #broken = 0;

  onBegin(_config: unknown, suite: { allTests(): TestCase[] }): void {
    this.#tests = suite.allTests();
  }

  /** A file that cannot be loaded, or a fault outside of any test. */
  onError(): void {
    this.#broken += 1;
  }

  async onExit(): Promise<void> {
    const count = (outcome: string) => this.#tests.filter((test) => test.outcome() === outcome).length;
    const failed = count('unexpected') + this.#broken;
    for (const test of this.#tests) {
      if (test.outcome() === 'flaky') process.stdout.write(`passed at a second try: ${test.title}\n`);
    }
    const passed = count('expected') + count('flaky');
    process.stdout.write(`${passed} passed, ${failed} failed, ${count('skipped')} skipped\n`);
  }
}

// oxlint-disable-next-line import/no-default-export -- Playwright loads a reporter by its default export.
export default CountReporter;
