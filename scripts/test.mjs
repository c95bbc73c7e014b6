import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { buildLab } from './build-console.mjs';
import { buildIfNeeded } from './build.mjs';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const args = process.argv.slice(2);
const summary = ['--reporters', './test/setup/summary-reporter.cjs'];
// Tests under load have the machine for themselves, after the others.
const runs =
  args.length > 0
    ? [{ name: 'Tests', options: args }]
    : [
        {
          name: 'Unit, integration and end-to-end tests',
          options: ['--selectProjects', 'unit', 'integration', 'e2e', ...summary],
        },
        { name: 'Tests under load', options: ['--selectProjects', 'load', ...summary] },
      ];

await buildIfNeeded();
buildLab();
for (const { name, options } of runs) {
  console.log(`${name} run …`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [jest, ...options], { stdio: 'inherit' });
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${name}: ${status === 0 ? 'passed' : 'failed'} after ${seconds} s.`);
  if (status !== 0) process.exit(status ?? 1);
}
