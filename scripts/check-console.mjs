import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildConsole } from './build-console.mjs';

/** Types of the console, and what a browser has to load before it shows the first screen. */
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist', 'console');
/** Bytes, by gzip. */
const MOST_FIRST = 120_000;

const run = (script, args, cwd = root) =>
  spawnSync(process.execPath, [join(root, script), ...args], { cwd, stdio: 'inherit' }).status === 0;

/** The page, what it names, and what that imports before it runs: a screen is loaded by `import()` later. */
function firstScreen() {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const files = new Set();
  const waiting = namesIn(page, /\/console\/(assets\/[^"]+)/g);
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (files.has(name)) continue;
    files.add(name);
    if (name.endsWith('.js'))
      waiting.push(
        ...namesIn(
          readFileSync(join(dist, name), 'utf8'),
          /(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g,
        ).map((file) => `assets/${file}`),
      );
  }
  return [...files];
}

const namesIn = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
const gzipped = (name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;
/** The largest of the screens, with its style sheet and what it shares with others. */
const largest = (first) => {
  const others = readdirSync(join(dist, 'assets'))
    .filter((name) => /\.(js|css)$/.test(name) && !first.includes(`assets/${name}`))
    .map((name) => gzipped(`assets/${name}`));
  return Math.max(0, ...others);
};

let isRight = run('scripts/console-types.mjs', ['--check']);
isRight =
  run(
    'node_modules/svelte-check/bin/svelte-check',
    ['--tsconfig', 'tsconfig.json', '--fail-on-warnings', '--output', 'human'],
    join(root, 'console'),
  ) && isRight;
buildConsole();
const first = firstScreen();
const bytes = [...first, 'index.html'].map(gzipped).reduce((sum, one) => sum + one, 0) + largest(first);
if (bytes > MOST_FIRST) {
  console.error(
    `The first screen of the console has ${bytes} bytes, and may have ${MOST_FIRST}: ${first.join(', ')}`,
  );
  isRight = false;
} else console.log(`The first screen of the console has ${bytes} bytes of ${MOST_FIRST}.`);
process.exitCode = isRight ? 0 : 1;
