import { z } from 'zod';
import type { ProviderSandboxOptions } from './server.js';

const environmentSchema = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(4010),
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_TIME_SCALE: z.coerce.number().min(0).default(1),
  SANDBOX_CONTROL: z.stringbool().default(false),
});

/** The sandbox's options from its environment variables; throws a readable error for values it can't take. */
export function readSandboxConfig(environment: NodeJS.ProcessEnv): ProviderSandboxOptions {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw new TypeError(`Invalid configuration\n${z.prettifyError(parsed.error)}`);
  return {
    port: parsed.data.SANDBOX_PORT,
    host: parsed.data.SANDBOX_HOST,
    timeScale: parsed.data.SANDBOX_TIME_SCALE,
    control: parsed.data.SANDBOX_CONTROL,
  };
}
