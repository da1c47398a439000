// A Vitest reporter that writes how many tests passed, which failed and were skipped, and why, to
// $HOLDFAST_TEST_SUMMARY.
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** What went wrong, in a few lines: the whole is printed where it happened. */
function reasonOf(errors) {
  const text = errors.map(({ name, message }) => `${name ?? 'Error'}: ${message ?? ''}`).join('\n');
  return stripVTControlCharacters(text).split('\n').slice(0, 12).join('\n').slice(0, 1500);
}

class Summary {
  passed = 0;
  failed = [];
  skipped = [];

  onTestCaseResult(test) {
    const { state, note, errors } = test.result();
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    if (state === 'passed') this.passed += 1;
    else if (state === 'failed') this.failed.push({ name, reason: reasonOf(errors ?? []) });
    else this.skipped.push({ name, reason: note ?? 'what its name says it needs is not here' });
  }

  onTestSuiteResult(suite) {
    // A hook that fails takes its tests with it: they are told as skipped, so the failure is told here.
    this.#broken(`${suite.module.relativeModuleId} > ${suite.fullName}`, suite);
  }

  onTestModuleEnd(module) {
    // A file that cannot even be loaded has no tests to count.
    this.#broken(module.relativeModuleId, module);
  }

  onTestRunEnd(_modules, unhandled) {
    const { passed, failed, skipped } = this;
    const stray = unhandled.map((error) => ({ name: 'an error outside of any test', reason: reasonOf([error]) }));
    const summary = { passed, failed: [...failed, ...stray], skipped };
    writeFileSync(process.env.HOLDFAST_TEST_SUMMARY, JSON.stringify(summary));
  }

  #broken(name, entity) {
    const errors = entity.state() === 'failed' ? entity.errors() : [];
    if (errors.length > 0) this.failed.push({ name, reason: reasonOf(errors) });
  }
}

// oxlint-disable-next-line import/no-default-export -- Vitest loads a reporter by its default export.
export default Summary;
