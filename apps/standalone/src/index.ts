export { standaloneConfig } from './standalone.config.js';
export { startStandalone, type Standalone } from './start-standalone.js';
