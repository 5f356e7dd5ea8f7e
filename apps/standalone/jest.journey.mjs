import preset from '../../jest.preset.mjs';

/** Journeys start the real built process, so they run one after the other and take their time. */
export default { ...preset, testMatch: ['<rootDir>/test/**/*.test.ts'], maxWorkers: 1, testTimeout: 120_000 };
