export { startProviderSandbox, type ProviderSandbox, type ProviderSandboxOptions } from './server.js';
export type { PaidCreation, SandboxProvider } from './creation-log.js';
export type { Fault, FaultKind, FaultRule } from './control/fault.js';
export type { SandboxLogger } from './sandbox-context.js';
