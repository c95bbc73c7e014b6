const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { TestEnvironment } = require('jest-environment-node');
const { ModuleMocker } = require('jest-mock');

const { compileFunction } = vm;
const shared = new WeakSet();

/** Jest compiles a file for `environment.getVmContext()`, and gives no other place to say where it is to run. */
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(code, parameters, shared.has(parsingContext) ? options : { parsingContext, ...options });

/**
 * Runs test files in Node's own global scope, where the packages that they share run too (shared-packages-runtime.cjs):
 * a `Map` or an `Error` of one is that of the other.
 */
module.exports = class SharedPackagesEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    shared.add(this.context);
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
  }
};
