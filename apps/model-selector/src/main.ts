import { runServiceProcess } from '@atelier/service-defaults';
import { modelSelectorConfig } from './model-selector.config.js';
import { startModelSelector } from './start-model-selector.js';

await runServiceProcess({
  name: 'model-selector',
  from: import.meta.url,
  defaultPort: 50052,
  config: modelSelectorConfig,
  start: startModelSelector,
});
