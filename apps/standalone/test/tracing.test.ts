import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, serversAtHand, startKafka } from '@atelier/local-servers';
import { startTracing, type Tracing } from '@atelier/tracing';
import { SpanKind } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { type Standalone, startStandalone } from '../src/index.js';

const here = serversAtHand().includes('kafka');
if (!here && process.env['CI'] === 'true') throw new Error('no Apache Kafka: with CI=true these tests must run');
if (!here) process.stderr.write('NOT RUN: traces over Apache Kafka; the same without it runs.\n');

const patienceMs = 180_000;
const adminKey = 'an-administrator-key-for-a-test-of-traces';
const prompt = 'a cobalt-blue heron beside the Zwartsluis windmill';

/** Tells of each span as it ends. */
class AnnouncingExporter extends InMemorySpanExporter {
  readonly ended = new EventTarget();

  override export(...args: Parameters<InMemorySpanExporter['export']>): void {
    super.export(...args);
    this.ended.dispatchEvent(new Event('span'));
  }
}

describe.each(here ? (['grpc', 'kafka'] as const) : (['grpc'] as const))('with usage events over %s', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-traces-'));
  const exporter = new AnnouncingExporter();
  let broker: ServerProcess | undefined;
  let tracing: Tracing;
  let atelier: Standalone;

  beforeAll(async () => {
    if (way === 'kafka') broker = await startKafka({ folder: join(folder, 'kafka') });
    tracing = await startTracing({ service: 'atelier', version: '7', exporter });
    atelier = await startStandalone(
      {
        PORT: '0',
        DATA_DIR: join(folder, 'data'),
        LOG_LEVEL: 'silent',
        ADMIN_API_KEY: adminKey,
        SANDBOX_TIME_SCALE: '0',
        ...(broker ? { KAFKA_BROKERS: broker.url, KAFKA_PARTITIONS: '1' } : {}),
      },
      () => {},
    );
  }, patienceMs);
  afterAll(async () => {
    await atelier?.close();
    await tracing?.close();
    await broker?.kill();
    rmSync(folder, { recursive: true, force: true });
  }, patienceMs);

  /** Sends a request under a trace of its client, and waits until its usage events are stored. */
  async function trace(traceId: string): Promise<{ spans: readonly ReadableSpan[]; ancestry: readonly string[] }> {
    const answer = await fetch(`${atelier.url}/api/v1/enhanced/process`, {
      method: 'POST',
      headers: {
        'x-api-key': adminKey,
        'content-type': 'application/json',
        traceparent: `00-${traceId}-${'1'.repeat(16)}-01`,
      },
      body: JSON.stringify({ prompt }),
    });
    expect(answer.status).toBe(200);
    for (;;) {
      const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
      const ancestry = ancestryOf(spans, 'insert analytics.usage_events');
      if (ancestry.at(-1)?.startsWith('POST')) return { spans, ancestry };
      await new Promise((resolve) => exporter.ended.addEventListener('span', resolve, { once: true }));
    }
  }

  it(
    'is one trace from the REST request through gRPC to the insert of its usage events',
    async () => {
      const { spans, ancestry } = await trace('d'.repeat(32));
      const request = 'POST /api/v1/enhanced/process';
      const over = { kafka: ['process atelier.usage.v1', 'send atelier.usage.v1'], grpc: ['process usage events'] };
      expect(ancestry).toEqual(['insert analytics.usage_events', ...over[way], request]);
      const rpc = 'atelier.classifier.v1.ClassifierService/BatchClassifyIntents';
      const server = spans.find((span) => span.name === rpc && span.kind === SpanKind.SERVER);
      expect(ancestryOf(spans, server?.name ?? '')).toEqual([rpc, rpc, request]);
      expect(ancestryOf(spans, 'select presets.preferences').slice(1)).toEqual([
        'atelier.presets.v1.PresetsService/ResolvePlanContext',
        'atelier.presets.v1.PresetsService/ResolvePlanContext',
        request,
      ]);
      expect(spans.find(({ name }) => name === request)?.parentSpanContext?.spanId).toBe('1'.repeat(16));
      expect(spans[0]?.resource.attributes).toMatchObject({ 'service.name': 'atelier', 'service.version': '7' });
    },
    patienceMs,
  );

  it(
    'says nothing of prompts, keys and people in any span',
    async () => {
      await trace('e'.repeat(32));
      const spans = exporter.getFinishedSpans();
      const said = spans.map(({ name, attributes, events, links, status, resource }) => [
        name,
        attributes,
        events,
        links.map((link) => link.attributes),
        status,
        resource.attributes,
      ]);
      expect(spans.length).toBeGreaterThan(20);
      for (const secret of [adminKey, prompt, 'heron', 'Zwartsluis', 'admin'])
        expect(JSON.stringify(said)).not.toContain(secret);
    },
    patienceMs,
  );
});

/** Name of the deepest span of that name, then those of what caused it; shorter while some have not ended. */
function ancestryOf(spans: readonly ReadableSpan[], name: string): string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const names = (span: ReadableSpan | undefined): string[] =>
    span ? [span.name, ...names(byId.get(span.parentSpanContext?.spanId ?? ''))] : [];
  return spans
    .filter((span) => span.name === name)
    .map(names)
    .reduce((one, other) => (other.length > one.length ? other : one), []);
}
