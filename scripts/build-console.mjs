import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const SELF = fileURLToPath(import.meta.url);
const root = dirname(dirname(SELF));
const sources = join(root, 'console');
const COMPRESSED = ['.css', '.html', '.js', '.svg'];

/** Two entries over the same sources, each in a folder of its own: nothing of the lab is in what the service serves. */
const ENTRIES = {
  console: { page: 'index.html', others: [] },
  lab: { page: 'lab.html', others: ['test/lab/shapes.ts', 'test/lab/terminal/keys.ts'] },
};

/** Builds the console into dist/console when anything there is newer. What that loads goes with its process. */
export function buildConsole() {
  buildUnlessFresh('console');
}

/** The same for the pages of the lab, in dist/lab. */
export function buildLab() {
  buildUnlessFresh('lab');
}

function buildUnlessFresh(entry) {
  if (isFresh(entry)) return;
  const { status } = spawnSync(process.execPath, [SELF, entry], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** The files are compressed here, so that no request has to. */
async function write(entry) {
  const { build } = await import('vite');
  const configFile = join(sources, 'vite.config.mjs');
  await build({ root: sources, configFile, mode: entry, logLevel: 'error' });
  const dist = distOf(entry);
  for (const name of readdirSync(dist, { recursive: true }))
    if (COMPRESSED.includes(extname(name))) compress(join(dist, name));
}

/** The page is what a build writes last but for the compressed files. */
function isFresh(entry) {
  const page = join(distOf(entry), ENTRIES[entry].page);
  if (!existsSync(`${page}.br`)) return false;
  const files = readdirSync(sources, { recursive: true }).map((name) => join(sources, name));
  const others = ['package-lock.json', ...ENTRIES[entry].others].map((name) => join(root, name));
  const newest = Math.max(...[...files, ...others].map((path) => statSync(path).mtimeMs));
  return statSync(page).mtimeMs > newest;
}

function distOf(entry) {
  return join(root, 'dist', entry);
}

function compress(path) {
  const bytes = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

if (process.argv[1] === SELF) await write(process.argv[2] ?? 'console');
