import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** What records the spans of a process, and where they go. */
export interface TracingOptions {
  /** `service.name` of the process. */
  readonly service: string;
  /** `service.version`. */
  readonly version: string;
  /** Base address of a collector for OTLP over HTTP; without it and without `exporter` nothing is recorded. */
  readonly endpoint?: string | undefined;
  /** `name=value` pairs, separated by commas, that the collector wants; may hold a secret. */
  readonly headers?: string | undefined;
  /** Share of traces to record, 0..1; default 1. */
  readonly share?: number;
  /**
   * For processes that face the world: what a caller asks to be recorded counts among the share instead of always.
   * Services behind a gateway follow what it decided.
   */
  readonly isEdge?: boolean;
  /** Takes the spans instead of the collector, each as soon as it ends. */
  readonly exporter?: SpanExporter;
}

/** Tracing of a process. */
export interface Tracing {
  /** Sends what waits and records nothing from then on. */
  close(): Promise<void>;
}
