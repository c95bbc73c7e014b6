import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildConsole } from './build-console.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const settings = ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles src and console into dist when anything there is newer; a release, which has no compiler, is left as it is. */
export async function buildIfNeeded() {
  if (!existsSync(nest)) return;
  await buildServiceIfNeeded();
  buildConsole();
}

/** Without the console, for what only asks the compiled sources. */
export async function buildServiceIfNeeded() {
  if (!existsSync(nest) || isFresh()) return;
  console.log('Building …');
  await buildService();
}

async function buildService() {
  removeOld();
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

/** All that a build of the service writes: the console and the pages of the lab are built for themselves. */
function removeOld() {
  const dist = join(root, 'dist');
  if (!existsSync(dist)) return;
  for (const name of readdirSync(dist))
    if (name !== 'console' && name !== 'lab') rmSync(join(dist, name), { recursive: true, force: true });
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildService();
  buildConsole();
}
