import { pino } from 'pino';
import { readSandboxConfig } from './sandbox-config.js';
import { startProviderSandbox } from './server.js';

const logger = pino({ name: 'provider-sandbox' });
const sandbox = await startProviderSandbox({ ...readSandboxConfig(process.env), logger });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
