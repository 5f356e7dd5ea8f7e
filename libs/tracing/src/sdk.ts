import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { switchTracing } from './tracer.js';
import type { Tracing, TracingOptions } from './tracing.js';

/** A collector that is away must not hold up the end of a process. */
const exportTimeoutMs = 3_000;

/** Makes the SDK what the API's calls reach. */
export function installSdk(options: TracingOptions): Tracing {
  const share = new TraceIdRatioBasedSampler(options.share ?? 1);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.version': options.version,
      // As metrics, logs and events call it: one word finds a version everywhere.
      service_version: options.version,
      'service.namespace': 'atelier',
    }),
    // The share goes by the trace id, so that all who decide for themselves decide alike.
    sampler: new ParentBasedSampler({ root: share, ...(options.isEdge ? { remoteParentSampled: share } : {}) }),
    spanLimits: { attributeValueLengthLimit: 256, linkCountLimit: 128 },
    spanProcessors: [options.exporter ? new SimpleSpanProcessor({ exporter: options.exporter }) : toCollector(options)],
  });
  const contexts = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(contexts);
  trace.setGlobalTracerProvider(provider);
  switchTracing(true);
  return {
    close: async () => {
      switchTracing(false);
      // What can't be sent is lost: it must not turn the end of a process into a failure.
      await provider.shutdown().catch(() => undefined);
      trace.disable();
      context.disable();
    },
  };
}

function toCollector({ endpoint = '', headers = '' }: TracingOptions): BatchSpanProcessor {
  return new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      headers: readHeaders(headers),
      timeoutMillis: exportTimeoutMs,
    }),
    exportTimeoutMillis: exportTimeoutMs,
  });
}

/** `name=value,name=value`, values percent-encoded (https://www.w3.org/TR/baggage/). */
function readHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim());
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const at = pair.indexOf('=');
      return at > 0 ? [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]] : [];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
