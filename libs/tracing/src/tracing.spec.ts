import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import {
  activeTraceparent,
  addEndedSpan,
  inTraces,
  isTracing,
  startChildSpan,
  startSpan,
  startTracing,
  type Tracing,
} from './index.js';

const traceA = 'a'.repeat(32);
const traceB = 'b'.repeat(32);
const parentOf = (traceId: string, flags = '01'): string => `00-${traceId}-${'1'.repeat(16)}-${flags}`;

let exporter: InMemorySpanExporter;
let tracing: Tracing;

async function trace(options: { share?: number; isEdge?: boolean } = {}): Promise<void> {
  exporter = new InMemorySpanExporter();
  tracing = await startTracing({ service: 'test', version: '7', exporter, ...options });
}

afterEach(() => tracing.close());

describe('while tracing is off', () => {
  beforeEach(async () => {
    tracing = await startTracing({ service: 'test', version: '7' });
  });

  it('begins no span and still does the work, with the traces as they came', async () => {
    expect(isTracing()).toBe(false);
    expect(startSpan({ name: 'x', role: 'server' })).toBeUndefined();
    const handedOn = await inTraces([parentOf(traceA)], { name: 'x', role: 'consumer' }, async (of) =>
      of(parentOf(traceA)),
    );
    expect(handedOn).toBe(parentOf(traceA));
  });
});

describe('while tracing is on', () => {
  beforeEach(() => trace());

  it('continues the trace that it is given, and says which service and version recorded it', () => {
    const span = startSpan({ name: 'GET /x', role: 'server', parent: parentOf(traceA) });
    span?.run(() => addEndedSpan({ name: 'select', role: 'client' }, 5));
    span?.end();
    const [sql, rest] = exporter.getFinishedSpans();
    expect(rest?.spanContext().traceId).toBe(traceA);
    expect(sql?.parentSpanContext?.spanId).toBe(rest?.spanContext().spanId);
    expect(rest?.resource.attributes).toMatchObject({
      'service.name': 'test',
      'service.version': '7',
      service_version: '7',
    });
  });

  it.each(['', 'nonsense', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, parentOf(traceA).toUpperCase()])(
    'begins a trace of its own under the malformed parent %p',
    (parent) => {
      startSpan({ name: 'x', role: 'server', parent })?.end();
      expect(exporter.getFinishedSpans()[0]?.parentSpanContext).toBeUndefined();
    },
  );

  it('puts a call for another trace there, not below the span that happens to run', () => {
    const running = startSpan({ name: 'a', role: 'server', parent: parentOf(traceA) });
    running?.run(() => {
      startChildSpan({ name: 'own', role: 'client', parent: running.traceparent })?.end();
      startChildSpan({ name: 'other', role: 'client', parent: parentOf(traceB) })?.end();
      startChildSpan({ name: 'background', role: 'client' })?.end();
    });
    const [own, other, background] = exporter.getFinishedSpans();
    expect(own?.spanContext().traceId).toBe(traceA);
    expect(other?.spanContext().traceId).toBe(traceB);
    expect([traceA, traceB]).not.toContain(background?.spanContext().traceId);
  });

  it('gives each trace of a batch a span, does the work in the first and links the others to it', async () => {
    const parents = [undefined, parentOf(traceA), parentOf(traceB), parentOf(traceA)];
    const onward = await inTraces(parents, { name: 'process', role: 'consumer' }, async (of) => {
      expect(activeTraceparent()).toContain(traceA);
      return parents.map(of);
    });
    const [first, second] = exporter.getFinishedSpans();
    expect(exporter.getFinishedSpans()).toHaveLength(2);
    expect(second?.links.map((link) => link.context.spanId)).toEqual([first?.spanContext().spanId]);
    expect(onward).toEqual([
      undefined,
      expect.stringContaining(traceA),
      expect.stringContaining(`${traceB}-${second?.spanContext().spanId}`),
      onward[1],
    ]);
  });

  it('marks the spans of a batch that failed, and passes the failure on', async () => {
    const failing = inTraces([parentOf(traceA)], { name: 'process', role: 'consumer' }, async () => {
      throw new Error('secret-in-a-message');
    });
    await expect(failing).rejects.toThrow('secret-in-a-message');
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toEqual({ 'error.type': 'failed' });
    expect(JSON.stringify([span?.status, span?.events])).not.toContain('secret');
  });

  it('makes no thousand spans for a batch of a thousand traces', async () => {
    const parents = Array.from({ length: 1000 }, (_, index) => parentOf(String(index + 1).padStart(32, '0')));
    await inTraces(parents, { name: 'process', role: 'consumer' }, async () => undefined);
    expect(exporter.getFinishedSpans()).toHaveLength(64);
  });
});

describe('sampling', () => {
  it('follows the caller in both directions behind a gateway', async () => {
    await trace({ share: 0 });
    startSpan({ name: 'yes', role: 'server', parent: parentOf(traceA) })?.end();
    startSpan({ name: 'no', role: 'server', parent: parentOf(traceA, '00') })?.end();
    startSpan({ name: 'root', role: 'server' })?.end();
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['yes']);
  });

  it('lets no client choose to be recorded beyond the share at the edge', async () => {
    await trace({ share: 0, isEdge: true });
    startSpan({ name: 'yes', role: 'server', parent: parentOf(traceA) })?.end();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('leaves what is not recorded without a traceparent to hand on from within', async () => {
    await trace({ share: 0 });
    startSpan({ name: 'no', role: 'server' })?.run(() => expect(activeTraceparent()).toBeUndefined());
  });
});
