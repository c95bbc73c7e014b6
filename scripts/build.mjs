import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const settings = ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles src into dist when anything there is newer; a release without sources is left as it is. */
export function buildIfNeeded() {
  if (!existsSync(join(root, 'src')) || isFresh()) return;
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  console.log('Building …');
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) buildIfNeeded();
