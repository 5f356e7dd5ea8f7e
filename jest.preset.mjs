/** Suites about what is stored: with TEST_DATABASE=embedded they run again on the embedded database, and the others not. */
const stores =
  '{generation,queue,verify-ledger,presets,references,preferences,suggestions,playground-processor,rollups,feedback-store,' +
  'keeping,monitoring,partitions,audit,identity,limits}';

/** Shared Jest configuration: native ESM (node --experimental-vm-modules), TypeScript through swc, sources instead of builds. */
export default {
  testEnvironment: 'node',
  testMatch:
    process.env.TEST_DATABASE === 'embedded'
      ? [`<rootDir>/test/**/${stores}.test.ts`]
      : ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@atelier/source', 'node', 'node-addons'] },
  // Two cores everywhere this runs; nx already runs two projects side by side.
  maxWorkers: 2,
  // Real servers and databases on a busy machine: a test that hangs is still found, and no test asserts a time.
  testTimeout: 30_000,
  // Ending a process takes longer than Jest's half second on a busy machine; what really keeps one alive is still told.
  workerGracefulExitTimeout: 15_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'es6' },
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
};
