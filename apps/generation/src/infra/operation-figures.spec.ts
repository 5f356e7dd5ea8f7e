import { CostRecorded, GenerationChange, GenerationChanged, UsageEvent } from '@atelier/contracts/usage/v1';
import { metricsRegistry } from '@atelier/service-defaults';
import { countCosts } from './operation-figures.js';

it('counts money and ended generations for the version that wrote them, whoever delivers', async () => {
  countCosts([
    UsageEvent.create({
      serviceVersion: '1.0.0',
      costRecorded: CostRecorded.create({ kind: 'generation', provider: 'openai', amountMicros: 40_000 }),
    }),
    UsageEvent.create({
      serviceVersion: '1.0.0',
      generationChanged: GenerationChanged.create({ change: GenerationChange.GENERATION_CHANGE_COMPLETED }),
    }),
    UsageEvent.create({
      serviceVersion: '1.0.0',
      generationChanged: GenerationChanged.create({ change: GenerationChange.GENERATION_CHANGE_FAILED }),
    }),
  ]);
  const text = await metricsRegistry.metrics();
  expect(text).toMatch(/^atelier_cost_dollars_total\{[^}]*service_version="1\.0\.0"[^}]*\} 0\.04$/m);
  expect(text).toMatch(/^atelier_generations_completed_total\{service_version="1\.0\.0"\} 1$/m);
});
