const { AsyncLocalStorage } = require('node:async_hooks');
const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { TestEnvironment } = require('jest-environment-node');
const { ModuleMocker } = require('jest-mock');

const { compileFunction } = vm;
const { run } = AsyncLocalStorage.prototype;
const shared = new WeakSet();
const storages = new Set();

/** Jest compiles a file for `environment.getVmContext()`, and gives no other place to say where it is to run. */
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(code, parameters, shared.has(parsingContext) ? options : { parsingContext, ...options });

/** Jest's runner has a storage for each test file, and gives no way to it. */
AsyncLocalStorage.prototype.run = function (...args) {
  storages.add(this);
  return run.apply(this, args);
};

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

  async teardown() {
    await super.teardown();
    // In a global scope of its own, all of these would end with the test file. Here each of its promises would else carry a
    // storage of every file before it, and each event of its tests would go to the handlers of them all.
    for (const storage of storages) storage.disable();
    storages.clear();
    Reflect.deleteProperty(globalThis, Symbol.for('EVENT_HANDLERS'));
    for (const symbol of Object.getOwnPropertySymbols(globalThis))
      if (symbol.description === 'JEST_STATE_SYMBOL') Reflect.deleteProperty(globalThis, symbol);
  }
};
