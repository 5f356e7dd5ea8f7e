import { isTracing, type SpanStart, startSpan } from './tracer.js';
import { parseTraceparent } from './traceparent.js';

/** Spans made for one batch; further traces see no hop. */
const mostTraces = 64;

/**
 * Does one piece of work that belongs to many traces, such as a batch of messages: each recorded trace of `parents` gets a
 * span of its own. The work runs inside the first of them, and the others link to it.
 * `work` gets the traceparent to hand on for each of the parents' traces.
 */
export async function inTraces<Result>(
  parents: Iterable<string | undefined>,
  start: Omit<SpanStart, 'parent' | 'links'>,
  work: (traceparentOf: (parent: string | undefined) => string | undefined) => Promise<Result>,
): Promise<Result> {
  if (!isTracing()) return work((parent) => parent);
  const traces = recordedTraces(parents);
  const [first, ...others] = [...traces.values()];
  const main = first && startSpan({ ...start, parent: first });
  if (!main) return work((parent) => parent);
  const linked = others.map((parent) => startSpan({ ...start, parent, links: [main.traceparent] }));
  const spans = [main, ...linked];
  const onward = new Map([...traces.keys()].map((traceId, index) => [traceId, spans[index]?.traceparent]));
  try {
    const result = await main.run(() => work((parent) => onward.get(traceIdOf(parent)) ?? parent));
    spans.forEach((span) => span?.end());
    return result;
  } catch (error) {
    spans.forEach((span) => span?.end('failed'));
    throw error;
  }
}

/** Trace id to the first traceparent of it. */
function recordedTraces(parents: Iterable<string | undefined>): Map<string, string> {
  const traces = new Map<string, string>();
  for (const parent of parents) {
    if (traces.size >= mostTraces) break;
    const traceId = traceIdOf(parent);
    if (parent && traceId && parseTraceparent(parent)?.traceFlags && !traces.has(traceId)) traces.set(traceId, parent);
  }
  return traces;
}

function traceIdOf(traceparent: string | undefined): string {
  return traceparent?.slice(3, 35) ?? '';
}
