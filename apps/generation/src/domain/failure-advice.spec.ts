import { loadCatalogue } from '@atelier/model-catalog';
import { newGeneration } from '../../test/generation-fixture.js';
import { CataloguePlanner } from '../infra/catalogue-planner.js';
import { failure, type FailureCode } from './failure.js';
import { FailureAdvice, withAdvice } from './failure-advice.js';
import type { Generation } from './generation.js';
import type { Change, Step } from './change.js';
import { fail, progress } from './life-cycle.js';
import type { CandidateState } from './next-attempt.js';
import type { Lease } from './ports.js';

const catalogue = loadCatalogue();
const planner = new CataloguePlanner(catalogue, { seed: () => 1 }, () => Date.UTC(2026, 10, 20));
const flux = 'black-forest-labs/flux-1.1-pro';
const schnell = 'black-forest-labs/flux-schnell';

function advise(code: FailureCode, change: Partial<Generation> = {}, states: Record<string, CandidateState> = {}) {
  const desk = { stateOf: (provider: string, modelId: string) => states[modelId] ?? states[provider] ?? 'usable' };
  const generation = newGeneration({ modelId: flux, chain: [flux, schnell], ...change });
  return new FailureAdvice({ catalogue, planner, desk }).advise(failure(code), generation);
}

it('offers models that could serve, of other providers first after a refusal by policy', () => {
  const { alternatives = [] } = advise('CONTENT_POLICY');
  expect(alternatives).toHaveLength(3);
  expect(alternatives.map(({ provider }) => provider)).not.toContain('replicate');
  expect(alternatives.map(({ modelId }) => modelId)).not.toContain(flux);
});

it('offers the fallbacks of the plan first where the provider is not the reason', () => {
  expect(advise('PROVIDER_FAILED').alternatives?.[0]).toEqual({ provider: 'replicate', modelId: schnell });
});

it('offers only what can be asked now, and nothing that was asked already', () => {
  const attempts = [{ modelId: schnell }] as unknown as Generation['attempts'];
  const states = { openai: 'not_configured', gemini: 'disabled' } as const;
  const offered = advise('PROVIDER_FAILED', { attempts }, states).alternatives ?? [];
  expect(offered.map(({ modelId }) => modelId)).toEqual(['black-forest-labs/flux-1.1-pro-ultra']);
  const none = { ...states, replicate: 'circuit_open' } as const;
  expect(advise('PROVIDER_FAILED', {}, none)).not.toHaveProperty('alternatives');
});

it('offers only models that can do what was asked for', () => {
  const images = Array.from({ length: 2 }, () => ({ kind: 'asset', assetId: 'a' }) as const);
  const offered = advise('CONTENT_POLICY', { workflow: 'reference_styling', inputImages: images }).alternatives ?? [];
  for (const { modelId } of offered)
    expect(planner.plan(modelId, { prompt: 'x', parameters: {}, imageCount: 2, hasMask: false }).ok).toBe(true);
});

it('says how to reword what a policy refused, without the words of the prompt', () => {
  const { suggestions } = advise('CONTENT_POLICY', { prompt: 'Taylor Swift with a gun' });
  expect(suggestions.join(' ')).toMatch(/real person/);
  expect(suggestions.join(' ')).toMatch(/alternatives/);
  expect(suggestions.join(' ')).not.toMatch(/Swift/);
});

it('offers nobody else for what nobody should make', () => {
  const advised = advise('CONTENT_POLICY', { prompt: 'a nude teenager' });
  expect(advised).not.toHaveProperty('alternatives');
  expect(advised.suggestions.join(' ')).not.toMatch(/alternatives/);
});

it('names the successor of a model that is gone', () => {
  const { suggestions } = advise('MODEL_UNAVAILABLE', { modelId: 'gpt-image-1.5', provider: 'openai' });
  expect(suggestions).toEqual(['Use gpt-image-2.5-flare, its successor.']);
});

it('leaves failures alone that another model does not help with', () => {
  expect(advise('BUDGET_EXCEEDED')).toEqual(failure('BUDGET_EXCEEDED'));
});

it('is part of the step that ends a generation badly, with its event, and of no other', async () => {
  const running = newGeneration({ state: 'running' });
  const changes: (Change | undefined)[] = [];
  const lease = { apply: async (step: Step) => void changes.push(step(running, 1)) } as unknown as Lease;
  const advice = { advise: () => ({ ...failure('PROVIDER_FAILED'), alternatives: [{ provider: 'p', modelId: 'm' }] }) };
  await withAdvice(lease, advice).apply(fail(failure('PROVIDER_FAILED')));
  await withAdvice(lease, advice).apply(progress(50));
  const told = { failure: { alternatives: [{ provider: 'p', modelId: 'm' }] } };
  expect(changes[0]).toMatchObject({ generation: told, events: [{ type: 'failed', generation: told }] });
  expect(changes[0]?.ledger).toHaveLength(1);
  expect(changes[1]?.generation.failure).toBeUndefined();
});
