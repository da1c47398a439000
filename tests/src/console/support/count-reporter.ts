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
    const failed = count('unexpected') + count('flaky') + this.#broken;
    process.stdout.write(`${count('expected')} passed, ${failed} failed, ${count('skipped')} skipped\n`);
  }
}

// oxlint-disable-next-line import/no-default-export -- Playwright loads a reporter by its default export.
export default CountReporter;
