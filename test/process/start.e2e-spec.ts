import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_OPTIONS } from '../setup/service-options';

const ROOT = join(__dirname, '..', '..');

/** What V8 says of the code that the build compiled: a start takes twice the CPU where it is rejected. */
function isRejected(code: string, options: readonly string[]): string {
  const script = `console.log(require('./dist/load.cjs').read('${code}').cachedDataRejected)`;
  const { stdout } = spawnSync(process.execPath, [...options, '-e', script], { cwd: ROOT, encoding: 'utf8' });
  return stdout.trim();
}

it('is quick: the compiled code of the service and of the programs fits the options that they are started with', () => {
  expect(isRejected('service', SERVICE_OPTIONS)).toBe('false');
  expect(isRejected('programs', [])).toBe('false');
});

it('has the same options by npm, in the image and in the unit of systemd', () => {
  const dockerfile = readFileSync(join(ROOT, 'docker', 'Dockerfile'), 'utf8');
  expect(dockerfile).toContain(
    `CMD ${JSON.stringify(['node', ...SERVICE_OPTIONS, 'dist/main.js']).replaceAll(',', ', ')}`,
  );
  const deployment = readFileSync(join(ROOT, 'DEPLOYMENT.md'), 'utf8');
  expect(deployment).toContain(`ExecStart=/usr/bin/node ${SERVICE_OPTIONS.join(' ')} dist/main.js`);
});

it('says where an error was, in the TypeScript files, when it is asked to', () => {
  const script = `const { urlOption } = require('./dist/common/program/options.js');
    try { urlOption('nowhere') } catch (error) { console.log(error.stack) }`;
  const options = ['--enable-source-maps', '-e', script];
  const { stdout } = spawnSync(process.execPath, options, { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toMatch(/src\/common\/program\/options\.ts:\d+/);
});
