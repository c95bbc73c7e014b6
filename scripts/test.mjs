import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { buildIfNeeded } from './build.mjs';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const asked = process.argv.slice(2);
// Tests under load have the machine for themselves, after the others.
const runs =
  asked.length > 0
    ? [{ name: 'Tests', args: asked }]
    : [
        {
          name: 'Unit, integration and end-to-end tests',
          args: ['--selectProjects', 'unit', 'integration', 'e2e'],
        },
        { name: 'Tests under load', args: ['--selectProjects', 'load'] },
      ];

await buildIfNeeded();
for (const { name, args } of runs) {
  console.log(`${name} …`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [jest, ...args], { stdio: 'inherit' });
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${name}: ${status === 0 ? 'passed' : 'failed'} after ${seconds} s.`);
  if (status !== 0) process.exit(status ?? 1);
}
