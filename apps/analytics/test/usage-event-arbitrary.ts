import { UsageEvent } from '@atelier/contracts/usage/v1';
import fc from 'fast-check';

const word = fc.constantFrom(
  'local',
  'cache',
  'llm',
  'completed',
  'pending',
  'created',
  'dataset',
  'failed',
  'odd word',
);
const workflow = fc.integer({ min: 0, max: 11 });
const whole = fc.integer({ min: 0, max: 1_000_000 });
const change = fc.integer({ min: 0, max: 6 });
const flag = fc.boolean();

const payload: fc.Arbitrary<Parameters<typeof UsageEvent.create>[0]> = fc.oneof(
  fc
    .record({
      prompt: fc.string(),
      workflow,
      source: word,
      cacheHit: flag,
      fallbackUsed: flag,
      correctedFrom: workflow,
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      classificationUs: whole,
      totalUs: whole,
    })
    .map((planCompleted) => ({ planCompleted })),
  fc
    .record({ change, workflow, images: fc.nat(4), videos: fc.nat(1), durationMs: whole })
    .map((generationChanged) => ({ generationChanged })),
  fc
    .record({ jobType: word, state: word, images: fc.nat(50), durationMs: whole })
    .map((playgroundJobChanged) => ({ playgroundJobChanged })),
  fc
    .record({
      route: fc.constantFrom('/health', '/api/v1/generations/:id', '/api/presets'),
      method: fc.constantFrom('GET', 'post', 'BREW'),
      status: fc.constantFrom(200, 404, 503),
      durationUs: whole,
    })
    .map((endpointCalled) => ({ endpointCalled })),
  fc
    .record({ kind: word, provider: word, modelId: word, workflow, amountMicros: whole })
    .map((costRecorded) => ({ costRecorded })),
  fc
    .record({ provider: word, modelId: word, outcome: word, durationMs: whole })
    .map((providerCalled) => ({ providerCalled })),
  fc.record({ correct: flag, rating: fc.nat(5), comment: fc.string() }).map((feedbackGiven) => ({ feedbackGiven })),
  fc
    .record({ jobType: word, event: word, durationS: fc.double({ min: 0, max: 1e6, noNaN: true }) })
    .map((externalJobTracked) => ({ externalJobTracked })),
  fc
    .record({ path: fc.constantFrom('/api/v1/enhanced/process', '/health'), status: fc.constantFrom(0, 400, 500) })
    .map((errorOccurred) => ({ errorOccurred })),
  fc.record({ presetId: word, presetVersion: fc.nat(9) }).map((presetApplied) => ({ presetApplied })),
);

/** Valid events of every kind that counts, within two days. */
export const usageEvent: fc.Arbitrary<UsageEvent> = fc
  .record({
    eventId: fc.uuid({ version: 7 }),
    occurTime: fc.date({
      min: new Date('2026-11-19T00:00:00Z'),
      max: new Date('2026-11-21T00:00:00Z'),
      noInvalidDate: true,
    }),
    userId: fc.constantFrom('sarah', 'omar', ''),
    service: fc.constantFrom('gateway', 'generation'),
    payload,
  })
  .map(({ payload: what, ...event }) => UsageEvent.create({ ...event, ...what }));
