const swc = {
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
};

const common = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/setup/shared-packages-environment.cjs',
  runtime: '<rootDir>/test/setup/shared-packages-runtime.cjs',
  setupFiles: ['<rootDir>/test/setup/quiet-logger.cjs'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
};

const withServers = {
  ...common,
  // Once for all projects of a run: the same file runs once.
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
};

module.exports = {
  // Longer than any wait within a test, so that this says what was waited for.
  testTimeout: 300_000,
  // Most tests wait more than they work: for an epoch to age, for a server to start.
  maxWorkers: 4,
  testSequencer: '<rootDir>/test/setup/longest-first.cjs',
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    { ...withServers, displayName: 'integration', testMatch: ['<rootDir>/src/**/*.integration-spec.ts'] },
    { ...withServers, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
    { ...withServers, displayName: 'load', testMatch: ['<rootDir>/test/**/*.load-spec.ts'] },
  ],
};
