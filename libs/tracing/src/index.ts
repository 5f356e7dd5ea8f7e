export { inTraces } from './in-traces.js';
export type { SpanAttributes } from './span-attributes.js';
export { startTracing } from './start-tracing.js';
export type { Tracing, TracingOptions } from './tracing.js';
export {
  activeTraceparent,
  addEndedSpan,
  isTracing,
  type RunningSpan,
  type SpanRole,
  type SpanStart,
  startChildSpan,
  startSpan,
} from './tracer.js';
