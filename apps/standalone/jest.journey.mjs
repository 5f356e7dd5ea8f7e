import preset from '../../jest.preset.mjs';

/** Journeys start the real built process and take their time; most of it they wait, so two run side by side. */
export default { ...preset, testMatch: ['<rootDir>/test/**/*.test.ts'], maxWorkers: 2, testTimeout: 120_000 };
