/**
 * Preloaded into the service, it leaves out what adds the row of a write to the audit trail: its values, their digests and
 * its statement. So the row's cost can be measured, and the product needs no switch for that.
 */
const { Module } = require('node:module');

const compile = Module.prototype._compile;

Module.prototype._compile = function (content, ...rest) {
  const changed = content.includes('.trail.record(')
    ? content.replace(/async remember\([^)]*\) \{/, '$& return;')
    : content;
  return compile.call(this, changed, ...rest);
};
