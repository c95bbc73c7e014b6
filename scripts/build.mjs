import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const settings = ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles src into dist when anything there is newer; a release, which has no compiler, is left as it is. */
export async function buildIfNeeded() {
  if (!existsSync(nest) || isFresh()) return;
  console.log('Building …');
  await build();
}

async function build() {
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  const dist = join(root, 'dist');
  const { bundle } = await import('./bundle.mjs');
  await bundle(dist);
  // All that a release needs of ReDoc and the hundred packages below it.
  const script = 'redoc.standalone.js';
  copyFileSync(
    join(root, 'node_modules', 'redoc', 'bundles', script),
    join(dist, 'platform', 'documentation', script),
  );
  const { compile } = await import('./compile.mjs');
  compile(dist);
}

/** The bundle is what a build writes last but for the sources that require it. */
function isFresh() {
  const built = join(root, 'dist', 'main.js');
  if (!existsSync(built)) return false;
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map((name) => join(root, 'src', name));
  const newest = Math.max(...[...sources, ...settings.map((name) => join(root, name))].map(modified));
  return modified(built) > newest;
}

function modified(path) {
  return statSync(path).mtimeMs;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
