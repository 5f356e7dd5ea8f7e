import type { Tracing, TracingOptions } from './tracing.js';

/** Begins to record spans when there is somewhere to send them; otherwise the SDK is not even loaded. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  if (!options.endpoint && !options.exporter) return { close: async () => {} };
  const { installSdk } = await import('./sdk.js');
  return installSdk(options);
}
