import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Options, transformFile } from '@swc/core';
import { afterFile } from './after-test';
import { createTempFolder, removeFolder } from './temp-folder';

const run = promisify(execFile);

const ROOT = resolve(__dirname, '../..');
/** Before the first release: the state from which on each one runs beside the one before it. */
const FIRST_STATE = '39e08c6ef8f7d26b03a252c178edc9c5585d9d16';
const PARTS = ['package.json', 'src', 'scripts'];
/** As it puts its own sources into one file. */
const BUNDLE = `import('./scripts/bundle.mjs').then(({ bundle }) => bundle(require('node:path').resolve('dist')))`;
/** Without types, which takes a fiftieth of the compiler's time. */
const WITHOUT_TYPES: Options = {
  swcrc: false,
  sourceMaps: true,
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
};

/** The release before this state, built anew. */
export interface ReleasedBuild {
  /** Its tag, or its commit. */
  readonly name: string;
  /** Where its dist is. */
  readonly folder: string;
}

/**
 * Builds the service of the last release from its sources, with the packages of this state, until the end of the file. Its OpenAPI
 * document has no types, which its compiler would have added.
 */
export async function buildLastRelease(): Promise<ReleasedBuild> {
  const name = await findLastRelease();
  const folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  await run('sh', ['-c', 'git archive "$0" "$@" | tar -x -C "$FOLDER"', name, ...PARTS], {
    cwd: ROOT,
    env: { ...process.env, FOLDER: folder },
  });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const source of await readdir(join(folder, 'src'), { recursive: true })) {
    if (!source.endsWith('.ts') || /[.-]spec\.ts$/.test(source)) continue;
    const { code, map = '' } = await transformFile(join(folder, 'src', source), WITHOUT_TYPES);
    const target = join(folder, 'dist', source.replace(/ts$/, 'js'));
    await mkdir(dirname(target), { recursive: true });
    await Promise.all([writeFile(target, code), writeFile(`${target}.map`, map)]);
  }
  await run(process.execPath, ['--eval', BUNDLE], { cwd: folder });
  await copyFile(
    join(ROOT, 'node_modules/redoc/bundles/redoc.standalone.js'),
    join(folder, 'dist/platform/documentation/redoc.standalone.js'),
  );
  return { name, folder };
}

/** The last tag before this commit. Throws where the history that it needs was not fetched. */
async function findLastRelease(): Promise<string> {
  const tag = await git('describe', '--tags', '--abbrev=0', '--match=v[0-9]*', 'HEAD^').catch(() => null);
  const name = tag ?? FIRST_STATE;
  await git('cat-file', '-e', `${name}^{commit}`).catch((cause: unknown) => {
    throw new Error(
      `the upgrade is tried from ${name}, which this clone does not have: git fetch --unshallow --tags`,
      { cause },
    );
  });
  return name;
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: ROOT });
  return stdout.trim();
}
