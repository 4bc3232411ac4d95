import type { Reporter, TestResult, TestSuiteResult } from '@web/test-runner';
import { note } from './tally.ts';

/** For web-test-runner: each outcome into the tally, for each browser. The default reporter prints. */
export const tallyReporter = (): Reporter => ({
  onTestRunFinished({ sessions }) {
    for (const session of sessions) {
      const group = session.browser.name.toLowerCase();
      const tests = session.testResults ? allTests(session.testResults) : [];
      for (const test of tests) {
        note(test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed', group);
      }
      // A file that could not be imported, or that failed outside its tests.
      if (!session.passed && tests.every((test) => test.passed || test.skipped)) {
        note('failed', group);
      }
    }
  },
});

const allTests = (suite: TestSuiteResult): TestResult[] => [
  ...suite.tests,
  ...suite.suites.flatMap((inner) => allTests(inner)),
];
