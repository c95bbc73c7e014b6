const { readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const BUNDLE = join(__dirname, 'bundle.js');

let sources;

/** Copied into `dist`: runs a source of the bundle, with all that it requires, and answers what it exports. */
module.exports = function load(name) {
  // Node.js maps the stack traces of files alone.
  sources ??= process.sourceMapsEnabled
    ? require('./bundle.js')
    : run(read(name.startsWith('programs/') ? 'programs' : 'service'));
  return sources[name]();
};

/** The bundle, with the code that the build compiled (compile.mjs) where it is there and fits. */
function read(code) {
  // Its text is ASCII. Read as Latin-1, V8 does not copy it into its heap.
  const text = wrap(readFileSync(BUNDLE, 'latin1'));
  return new Script(text, { filename: BUNDLE, cachedData: readIfThere(join(__dirname, `${code}.code`)) });
}

function run(script) {
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, BUNDLE, __dirname);
  return bundle.exports;
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

Object.assign(module.exports, { read, run });
