import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);

/**
 * Writes the code of what a start runs into `dist`, where `load.cjs` finds it: the compiler is a third of a start. V8 takes
 * code only from the same release with the same options, and else compiles anew.
 */
export function compile(dist) {
  run(optionsOfService(), dist, 'service');
  run([], dist, 'programs');
}

/** The options of Node.js with which `npm start` starts the service. */
function optionsOfService() {
  const { scripts } = JSON.parse(readFileSync(join(SELF, '..', '..', 'package.json'), 'utf8'));
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

function run(options, dist, code) {
  const { status } = spawnSync(execPath, [...options, SELF, dist, code], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the code of ${code} could not be compiled`);
}

/** Loads all but the sources that are started, so that all that loading runs is compiled. */
function write(dist, code) {
  const { read, run } = createRequire(import.meta.url)(join(dist, 'load.cjs'));
  const script = read(code);
  const sources = run(script);
  for (const name of readdirSync(dist, { recursive: true }))
    if (name.endsWith('.js') && isOf(code, name.split(sep).join('/'))) sources[name]?.();
  writeFileSync(join(dist, `${code}.code`), script.createCachedData());
}

function isOf(code, name) {
  return !name.endsWith('main.js') && name.startsWith('programs/') === (code === 'programs');
}

if (argv[1] === SELF) {
  write(...argv.slice(2));
  // What was loaded may wait for something.
  exit();
}
