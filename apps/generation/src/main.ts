import { runServiceProcess } from '@atelier/service-defaults';
import { generationProcessConfig, startAlone } from './start-alone.js';

await runServiceProcess({
  name: 'generation',
  from: import.meta.url,
  defaultPort: 50_053,
  config: generationProcessConfig,
  start: startAlone,
});
