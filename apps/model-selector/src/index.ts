export { modelSelectorConfig } from './model-selector.config.js';
export { startModelSelector } from './start-model-selector.js';
