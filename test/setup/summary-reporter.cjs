const { relative } = require('node:path');
const { setInterval, clearInterval } = require('node:timers');

const BETWEEN_PROGRESS_MS = 60_000;
/** So many of the files that took longest are named: where time is to be saved, and what has to begin first. */
const LONGEST = 10;

/**
 * Says what runs, once a minute how far it is, what failed and why, and at the end what each project took, and which
 * files took longest. Jest's own reporter has a line for each of some two hundred files.
 */
module.exports = class SummaryReporter {
  constructor({ rootDir, maxWorkers }) {
    this.rootDir = rootDir;
    this.maxWorkers = maxWorkers;
    this.projects = new Map();
    this.filesDone = 0;
    this.durations = [];
  }

  onRunStart({ numTotalTestSuites }) {
    this.startMs = performance.now();
    this.files = numTotalTestSuites;
    write(`${numTotalTestSuites} test files, ${this.maxWorkers} at a time`);
    this.timer = setInterval(() => this.tellProgress(), BETWEEN_PROGRESS_MS);
    this.timer.unref();
  }

  onTestResult({ path, context }, result) {
    this.filesDone += 1;
    this.durations.push([relative(this.rootDir, path), result.perfStats.runtime]);
    const { displayName } = context.config;
    const project = this.projects.get(displayName.name) ?? {
      files: 0,
      passed: 0,
      failed: 0,
      skipped: 0,
      ms: 0,
    };
    project.files += 1;
    project.passed += result.numPassingTests;
    project.failed += result.numFailingTests;
    project.skipped += result.numPendingTests + result.numTodoTests;
    project.ms += result.perfStats.runtime;
    project.endMs = performance.now() - this.startMs;
    this.projects.set(displayName.name, project);
    if (result.failureMessage === null || result.failureMessage === undefined) return;
    write(`\nFAILED ${displayName.name} ${relative(this.rootDir, path)}\n${result.failureMessage}`);
    for (const { type, message } of result.console ?? []) write(`console.${type}: ${message}`);
  }

  onRunComplete() {
    clearInterval(this.timer);
    for (const [name, { files, passed, failed, skipped, ms, endMs }] of this.projects) {
      const others = [failed > 0 && `${failed} FAILED`, skipped > 0 && `${skipped} skipped`].filter(Boolean);
      const tests = [`${passed} tests passed`, ...others].join(', ');
      write(
        `  ${name}: ${files} files, ${tests}, ${seconds(ms)} s of work, the last after ${seconds(endMs)} s`,
      );
    }
    const longest = this.durations.sort(([, a], [, b]) => b - a).slice(0, LONGEST);
    write(`  the longest: ${longest.map(([file, ms]) => `${file} ${seconds(ms)} s`).join(', ')}`);
  }

  tellProgress() {
    write(
      `  ${seconds(performance.now() - this.startMs)} s: ${this.filesDone} of ${this.files} files are done`,
    );
  }
};

function seconds(ms) {
  return Math.round(ms / 1000);
}

/** Past `console`: in a run without workers, that is the one of the tests. */
function write(text) {
  process.stdout.write(`${text}\n`);
}
