/**
 * All that a span may say beside its name, its times and its place in the trace. The set is closed so that no prompt,
 * key, header, URL, statement or error text can get into a trace by an oversight: each value is a number or comes from
 * a bounded set. Names are those of OpenTelemetry's semantic conventions where they have one.
 */
export interface SpanAttributes {
  /** `GET`. */
  readonly 'http.request.method'?: string;
  /** The route with its placeholders, never the path. */
  readonly 'http.route'?: string;
  readonly 'http.response.status_code'?: number;
  readonly 'rpc.system.name'?: 'grpc';
  /** `atelier.generation.v1.GenerationService/GetGeneration`. */
  readonly 'rpc.method'?: string;
  /** Canonical code: `NOT_FOUND`. */
  readonly 'rpc.response.status_code'?: string;
  readonly 'messaging.system'?: 'kafka';
  readonly 'messaging.destination.name'?: string;
  readonly 'messaging.operation.name'?: 'send' | 'process';
  readonly 'messaging.batch.message_count'?: number;
  readonly 'db.system.name'?: 'postgresql';
  /** `insert analytics.usage_events`: operation and table, never the statement or a value. */
  readonly 'db.query.summary'?: string;
  /** SQLSTATE of a failure. */
  readonly 'db.response.status_code'?: string;
  /** Canonical code, SQLSTATE or HTTP status of a failure; never its message. */
  readonly 'error.type'?: string;
}
