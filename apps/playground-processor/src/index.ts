export { playgroundProcessorConfig } from './playground-processor.config.js';
export { type PlaygroundProcessorStart, startPlaygroundProcessor } from './start-playground-processor.js';
