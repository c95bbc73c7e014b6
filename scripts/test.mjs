import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { buildIfNeeded } from './build.mjs';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const asked = process.argv.slice(2);
// Tests under load have the machine for themselves, after the others.
const runs =
  asked.length > 0
    ? [asked]
    : [
        ['--selectProjects', 'unit', 'e2e'],
        ['--selectProjects', 'load'],
      ];

buildIfNeeded();
for (const run of runs) {
  const { status } = spawnSync(process.execPath, [jest, ...run], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
