import { startTracing, type Tracing } from '@atelier/tracing';
import type { TracingConfig } from './common-config.js';

/** Traces of a process as it is configured; before anything that is to be traced is opened. */
export function startProcessTracing(
  process: { readonly name: string; readonly version: string; readonly isEdge?: boolean },
  config: TracingConfig,
): Promise<Tracing> {
  return startTracing({
    service: process.name,
    version: process.version,
    isEdge: process.isEdge ?? false,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    share: config.OTEL_TRACES_SAMPLER_ARG,
  });
}
