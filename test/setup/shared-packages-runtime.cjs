const { createRequire, isBuiltin } = require('node:module');
const { isAbsolute } = require('node:path');
const { default: Runtime } = require('jest-runtime');

/** Loads the project's own files anew for each test file, and packages only once for all test files of a worker. */
module.exports = class SharedPackagesRuntime extends Runtime {
  requireModule(from, name, ...options) {
    return isPackage(name) ? createRequire(from)(name) : super.requireModule(from, name, ...options);
  }
};

function isPackage(name = '.') {
  return !name.startsWith('.') && !isAbsolute(name) && !isBuiltin(name);
}
