import { runProcess } from '@atelier/service-defaults';
import { startStandalone } from './start-standalone.js';

await runProcess('atelier', () => startStandalone(process.env, (text) => void process.stdout.write(text)));
