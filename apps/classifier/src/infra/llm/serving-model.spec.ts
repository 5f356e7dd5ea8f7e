import { loadCatalogue } from '@atelier/model-catalog';
import type { LanguageModelRequest } from './language-model.js';
import { servingModel } from './serving-model.js';
import { SuccessiveLanguageModel } from './successive-language-model.js';

const catalogue = loadCatalogue();
const at = (day: string) => servingModel(catalogue, 'gpt-4o-mini', new Date(day));

describe('servingModel', () => {
  it('says nothing about a model with a long life before it', () => {
    expect(at('2026-06-01')).toMatchObject({ modelId: 'gpt-4o-mini', notes: [] });
    expect(servingModel(catalogue, 'gpt-6-luna', new Date('2027-06-01')).notes).toEqual([]);
  });

  it('warns when the end of a model comes near', () => {
    const { modelId, notes } = at('2026-11-21');
    expect(modelId).toBe('gpt-4o-mini');
    expect(notes).toEqual([expect.stringMatching(/gpt-4o-mini is shut down on 2027-01-14.*gpt-6-luna/)]);
  });

  it('names the successor once a model is shut down, with its parameters and prices', () => {
    const { modelId, notes, call, costMicros } = at('2027-01-15');
    expect(modelId).toBe('gpt-6-luna');
    expect(notes).toEqual([expect.stringContaining('gpt-6-luna serves in its place')]);
    expect(call).toMatchObject({
      temperature: false,
      maxTokensField: 'max_completion_tokens',
      reasoningEffort: 'none',
    });
    expect(costMicros({ inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(600_000);
  });

  it('books a cent for each request to a model that it does not know, and says so', () => {
    const { modelId, notes, costMicros } = servingModel(catalogue, 'my-own-model', new Date());
    expect([modelId, costMicros({ inputTokens: 1, outputTokens: 1 })]).toEqual(['my-own-model', 10_000]);
    expect(notes).toEqual([expect.stringContaining('one cent')]);
  });

  it('refuses models that make images', () => {
    expect(() => servingModel(catalogue, 'black-forest-labs/flux-schnell', new Date())).toThrow(TypeError);
  });
});

describe('SuccessiveLanguageModel', () => {
  it('goes on with the successor when the day has come, and lets the old one go', async () => {
    let day = '2026-11-21';
    const disposed: string[] = [];
    const model = new SuccessiveLanguageModel(
      () => at(day),
      ({ modelId }) => ({
        modelId,
        complete: async () => ({ content: modelId }),
        dispose: () => void disposed.push(modelId),
      }),
    );
    const ask = () => model.complete({} as LanguageModelRequest, new AbortController().signal);
    expect([model.modelId, (await ask()).content]).toEqual(['gpt-4o-mini', 'gpt-4o-mini']);
    day = '2027-01-14';
    expect([(await ask()).content, model.modelId]).toEqual(['gpt-6-luna', 'gpt-6-luna']);
    expect(disposed).toEqual(['gpt-4o-mini']);
    model.dispose();
    expect(disposed).toEqual(['gpt-4o-mini', 'gpt-6-luna']);
  });
});
