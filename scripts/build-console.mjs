import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const SELF = fileURLToPath(import.meta.url);
const root = dirname(dirname(SELF));
const sources = join(root, 'console');
const dist = join(root, 'dist', 'console');
const page = join(dist, 'index.html');
const COMPRESSED = ['.css', '.html', '.js', '.svg'];

/** Builds the console into dist/console when anything there is newer. What that loads goes with its process. */
export function buildConsole() {
  if (isConsoleFresh()) return;
  const { status } = spawnSync(process.execPath, [SELF], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** The files are compressed here, so that no request has to. */
async function write() {
  const { build } = await import('vite');
  await build({ root: sources, configFile: join(sources, 'vite.config.mjs'), logLevel: 'error' });
  for (const name of readdirSync(dist, { recursive: true }))
    if (COMPRESSED.includes(extname(name))) compress(join(dist, name));
}

/** The page is what a build writes last but for the compressed files. */
function isConsoleFresh() {
  if (!existsSync(`${page}.br`)) return false;
  const files = readdirSync(sources, { recursive: true }).map((name) => join(sources, name));
  const newest = Math.max(
    ...[...files, join(root, 'package-lock.json')].map((path) => statSync(path).mtimeMs),
  );
  return statSync(page).mtimeMs > newest;
}

function compress(path) {
  const bytes = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

if (process.argv[1] === SELF) await write();
