// A Vitest reporter that writes how many tests passed, failed and were skipped, and why, to $HOLDFAST_TEST_SUMMARY.
import { writeFileSync } from 'node:fs';

class Summary {
  passed = 0;
  failed = 0;
  skipped = [];

  onTestCaseResult(test) {
    const { state, note } = test.result();
    if (state === 'passed') this.passed += 1;
    else if (state === 'failed') this.failed += 1;
    else
      this.skipped.push({
        name: `${test.module.relativeModuleId} > ${test.fullName}`,
        reason: note ?? 'what its name says it needs is not here',
      });
  }

  onTestRunEnd(modules, unhandled) {
    // A file that cannot even be loaded has no tests to count.
    const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    const { passed, failed, skipped } = this;
    const summary = { passed, failed: failed + broken + unhandled.length, skipped };
    writeFileSync(process.env.HOLDFAST_TEST_SUMMARY, JSON.stringify(summary));
  }
}

// oxlint-disable-next-line import/no-default-export -- Vitest loads a reporter by its default export.
export default Summary;
