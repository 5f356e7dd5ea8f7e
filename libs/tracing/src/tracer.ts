import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { SpanAttributes } from './span-attributes.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

let on = false;

/** Whether spans are recorded in this process. Where it is not, nothing below does more than read this flag. */
export function isTracing(): boolean {
  return on;
}

/** For whoever installs or removes the SDK. */
export function switchTracing(to: boolean): void {
  on = to;
}

/** What one side of a boundary does. */
export type SpanRole = 'server' | 'client' | 'producer' | 'consumer';

const kinds: Record<SpanRole, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** How a span begins. */
export interface SpanStart {
  /** From a bounded set: `GET /api/v1/generations/:id`. */
  readonly name: string;
  readonly role: SpanRole;
  /** Traceparent of what caused it; without it, or with a malformed one, a trace begins here. */
  readonly parent?: string | undefined;
  readonly attributes?: SpanAttributes;
  /** Traceparents of further causes. */
  readonly links?: readonly string[];
}

/** A span that has begun. */
export interface RunningSpan {
  /** To hand on to whatever this span causes. */
  readonly traceparent: string;
  /** Runs `work` inside the span. */
  run<Result>(work: () => Result): Result;
  /** Ends it; with `failed`, as a failure of that type. Later ends are ignored. */
  end(failed?: string, attributes?: SpanAttributes): void;
}

/** Begins a span; undefined while tracing is off. */
export function startSpan(start: SpanStart): RunningSpan | undefined {
  return on ? startIn(parentContext(start.parent), start) : undefined;
}

/**
 * Like `startSpan` for a span that the running one causes, where that belongs to the trace of `parent`: a call that is
 * made for somebody else, out of a batch or a timer, stays with the one it is made for.
 */
export function startChildSpan(start: SpanStart): RunningSpan | undefined {
  if (!on) return undefined;
  const active = trace.getSpanContext(context.active());
  const isSame = active && active.traceId === parseTraceparent(start.parent)?.traceId;
  return startIn(isSame ? context.active() : parentContext(start.parent), start);
}

/** Traceparent of the running span, if its trace is recorded. */
export function activeTraceparent(): string | undefined {
  const active = on ? trace.getSpan(context.active()) : undefined;
  return active?.isRecording() ? formatTraceparent(active.spanContext()) : undefined;
}

/** Adds a span that has already ended to the running one; nothing where none is recorded. */
export function addEndedSpan(
  start: Omit<SpanStart, 'parent' | 'links'>,
  durationMs: number,
  failed?: string,
  attributes?: SpanAttributes,
): void {
  if (!on || !trace.getSpan(context.active())?.isRecording()) return;
  const endedAt = Date.now();
  const span = tracer().startSpan(
    start.name,
    { kind: kinds[start.role], attributes: given(start.attributes), startTime: endedAt - durationMs },
    context.active(),
  );
  endSpan(span, failed, attributes, endedAt);
}

function tracer() {
  return trace.getTracer('atelier');
}

function parentContext(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

function startIn(parent: Context, { name, role, attributes, links = [] }: SpanStart): RunningSpan {
  const causes = links.flatMap((link) => parseTraceparent(link) ?? []).map((one) => ({ context: one }));
  const span = tracer().startSpan(name, { kind: kinds[role], attributes: given(attributes), links: causes }, parent);
  const inside = trace.setSpan(parent, span);
  let ended = false;
  return {
    traceparent: formatTraceparent(span.spanContext()),
    run: (work) => context.with(inside, work),
    end: (failed, more) => {
      if (ended) return;
      ended = true;
      endSpan(span, failed, more);
    },
  };
}

function endSpan(span: Span, failed?: string, attributes?: SpanAttributes, at?: number): void {
  if (attributes) span.setAttributes(given(attributes));
  if (failed !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', failed);
  }
  span.end(at);
}

/** The closed set as the open one that the API takes. */
function given(attributes: SpanAttributes = {}): Attributes {
  return { ...attributes };
}
