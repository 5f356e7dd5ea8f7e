import { runProcess } from '@atelier/service-defaults';
import { startGatewayProcess } from './gateway-process.js';

await runProcess('gateway', () => startGatewayProcess((text) => void process.stdout.write(text)));
