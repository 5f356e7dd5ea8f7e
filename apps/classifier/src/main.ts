import { runServiceProcess } from '@atelier/service-defaults';
import { classifierConfig, startClassifier } from './index.js';

await runServiceProcess({
  name: 'classifier',
  from: import.meta.url,
  defaultPort: 50051,
  config: classifierConfig,
  start: startClassifier,
});
