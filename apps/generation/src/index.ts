export { generationConfig } from './generation.config.js';
export { generationErrors } from './generation.errors.js';
export type { GenerationDependencies } from './generation.module.js';
export { findLedgerViolations } from './infra/ledger-records.js';
export type { ConfiguredProvider } from './infra/provider-registry.js';
export { type GenerationStart, startGeneration } from './start-generation.js';
