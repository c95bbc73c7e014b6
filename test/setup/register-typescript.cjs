/** Lets a plain Node process of a test require the TypeScript sources, so that no old build is tested. */
const Module = require('node:module');
const { transformSync } = require('@swc/core');

// A dynamic import names the compiled file.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, parent, ...rest) {
  const isSource = /^\..*\.js$/.test(name) && parent?.filename.endsWith('.ts');
  return resolve.call(this, isSource ? name.replace(/\.js$/, '.ts') : name, parent, ...rest);
};

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(require('node:fs').readFileSync(filename, 'utf8'), {
    filename,
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  module._compile(code, filename);
};
