import { isMediaModel, loadCatalogue, WORKFLOW_NAMES, workflowProperties } from '@atelier/model-catalog';
import fc from 'fast-check';
import { FitModel } from './fit-model.js';
import { healthy, type ModelHealth } from './model-health.js';
import { SelectModel, type Selection, type SelectionRequest } from './select-model.js';

const catalogue = loadCatalogue();
const now = () => new Date('2026-11-21T00:00:00Z');

function build(health: (modelId: string, provider: string) => ModelHealth = () => healthy): SelectModel {
  return new SelectModel(catalogue, { healthOf: health }, new FitModel(3_600_000), now);
}

function request(over: Partial<SelectionRequest> = {}): SelectionRequest {
  return {
    workflow: 'image_generation',
    prompt: 'a red boat on a lake',
    imageCount: 0,
    hasMask: false,
    quality: 'balanced',
    modelId: '',
    provider: '',
    preferredModelId: '',
    preferredProvider: '',
    key: 'request-1',
    intentConfidence: 1,
    explicit: {},
    soft: {},
    ...over,
  };
}

function choose(over: Partial<SelectionRequest>, selector = build()): Selection {
  const answer = selector.select(request(over));
  if (!('model' in answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

it.each([
  ['image_generation', 'black-forest-labs/flux-1.1-pro', 40_000, 0],
  ['video_generation', 'google/veo-3', 6_000_000, 0],
  ['text_to_video', 'minimax/video-01', 1_800_000, 0],
  ['image_editing', 'black-forest-labs/flux-kontext-pro', 30_000, 1],
  ['image_enhancement', 'flux-kontext-apps/restore-image', 40_000, 1],
  ['style_transfer', 'flux-kontext-apps/cartoonify', 40_000, 1],
  ['reference_styling', 'flux-kontext-apps/multi-image-kontext-max', 60_000, 2],
] as const)('%s is served by its primary model at its price', (workflow, modelId, costMicros, imageCount) => {
  const selection = choose({
    workflow,
    imageCount,
    prompt: workflow === 'style_transfer' ? 'make it a cartoon' : 'restore this old photo',
  });
  expect(selection.model.id).toBe(modelId);
  expect(selection.estimate.costMicros).toBe(costMicros);
});

it('takes the fast or the best model when the caller prefers it', () => {
  expect(choose({ quality: 'speed' }).model.id).toBe('black-forest-labs/flux-schnell');
  expect(choose({ quality: 'quality' }).model.id).toBe('black-forest-labs/flux-1.1-pro-ultra');
});

it('lists the fallbacks of the specification in order', () => {
  expect(choose({}).fallbackModels).toEqual(['black-forest-labs/flux-schnell', 'black-forest-labs/flux-1.1-pro-ultra']);
});

it('plans with the needed image missing, and says so', () => {
  for (const workflow of WORKFLOW_NAMES.filter((name) => workflowProperties(name).needsImage)) {
    expect(choose({ workflow, prompt: 'give me a bob, in the style of a cartoon' }).missingInputs).toEqual(['image']);
  }
});

it('clamps a wish, prices the clamped one and says so in the reasoning', () => {
  const selection = choose({ workflow: 'video_generation', explicit: { durationS: 10 } });
  expect(selection.parameters.durationS).toBe(8);
  expect(selection.estimate.costMicros).toBe(6_000_000);
  expect(selection.warnings.join()).toContain('8');
  expect(selection.reasoning).toContain('8');
});

it('goes on to the next model when the first is not available, and says why', () => {
  const selection = choose(
    {},
    build((id) => ({ ...healthy, available: id !== 'black-forest-labs/flux-1.1-pro' })),
  );
  expect(selection.model.id).toBe('black-forest-labs/flux-schnell');
  expect(selection.reasoning).toContain('not available');
});

it('still answers when nothing is available', () => {
  expect(
    choose(
      {},
      build(() => ({ available: false, degraded: false })),
    ).model.id,
  ).toBe('black-forest-labs/flux-1.1-pro');
});

it('prefers what may come back to what is turned off, and never falls back on the latter', () => {
  const off = 'black-forest-labs/flux-1.1-pro';
  const turnedOff = build((id) =>
    id === off ? { available: false, disabled: true, degraded: false } : { available: false, degraded: false },
  );
  expect(choose({}, turnedOff).model.id).toBe('black-forest-labs/flux-schnell');
  expect(choose({}, turnedOff).fallbackModels).not.toContain(off);
});

describe('measured figures', () => {
  const measured = { samples: 40, usualP50S: 4, usualP95S: 9, costPermille: [600, 800, 1_250] } as const;
  const known = build(() => ({ ...healthy, measured }));

  it('take the place of typical ones in the estimate, around the price', () => {
    expect(choose({}, known).estimate).toEqual({
      costMicros: 40_000,
      costRangeMicros: [24_000, 50_000],
      timeS: 4,
      timeRangeS: [4, 9],
    });
  });

  it('grow with what is asked for', () => {
    const short = choose({ workflow: 'text_to_video', modelId: 'kwaivgi/kling-v1.6-standard' }, known);
    const long = choose(
      { workflow: 'text_to_video', modelId: 'kwaivgi/kling-v1.6-standard', explicit: { durationS: 10 } },
      known,
    );
    expect(short.estimate.timeS).toBe(4);
    expect(long.estimate.timeRangeS).toEqual([6, 13.5]);
  });

  it('never put the price outside of its range', () => {
    const cheap = build(() => ({ ...healthy, measured: { ...measured, costPermille: [400, 450, 500] } }));
    expect(choose({}, cheap).estimate.costRangeMicros).toEqual([16_000, 40_000]);
  });
});

it('serves a dead model by its successor and an alias by its model, and says so', () => {
  expect(choose({ modelId: 'dall-e-3' }).reasoning).toContain('shut down');
  expect(choose({ workflow: 'image_editing', imageCount: 1, modelId: 'zsxkib/flux-kontext-pro' }).reasoning).toContain(
    'alias',
  );
});

it('refuses an unknown model, one of another kind, and one of another provider', () => {
  expect(build().select(request({ modelId: 'no/such-model' }))).toEqual({ kind: 'unknown_model' });
  expect(build().select(request({ modelId: 'google/veo-3' }))).toMatchObject({ kind: 'not_suitable' });
  expect(build().select(request({ modelId: 'black-forest-labs/flux-schnell', provider: 'openai' }))).toMatchObject({
    kind: 'not_suitable',
  });
});

it('refuses explicit parameters that a pinned model can’t honour, and names the field', () => {
  const refusal = build().select(
    request({ workflow: 'text_to_video', modelId: 'minimax/video-01', explicit: { seed: 7 } }),
  );
  expect(refusal).toMatchObject({ kind: 'refused', violations: [{ field: 'parameters.seed' }] });
});

it('says low confidence below 0.8 only', () => {
  expect(choose({ intentConfidence: 0.62 }).reasoning).toContain('low confidence: 0.62');
  expect(choose({ intentConfidence: 0.8 }).reasoning).not.toContain('low confidence');
});

it('always answers with a usable selection or a refusal that names fields, and always the same', () => {
  const selector = build();
  const arbitrary = fc.record({
    workflow: fc.constantFrom(...WORKFLOW_NAMES),
    prompt: fc.string({ minLength: 1, maxLength: 60 }),
    imageCount: fc.nat(8),
    hasMask: fc.boolean(),
    quality: fc.constantFrom('speed' as const, 'balanced' as const, 'quality' as const),
    modelId: fc.constantFrom('', '', '', ...catalogue.models.map(({ id }) => id)),
    provider: fc.constantFrom('', '', 'replicate', 'openai', 'gemini'),
    preferredModelId: fc.constantFrom('', 'nobody/nothing', 'black-forest-labs/flux-schnell', 'google/veo-3'),
    preferredProvider: fc.constantFrom('', 'openai', 'nobody'),
    key: fc.string(),
    intentConfidence: fc.double({ min: 0, max: 1, noNaN: true }),
    explicit: fc.record(
      {
        durationS: fc.integer({ min: 1, max: 30 }),
        seed: fc.nat(),
        numOutputs: fc.integer({ min: 1, max: 4 }),
        aspectRatio: fc.constantFrom('1:1', '16:9', '9:16'),
      },
      { requiredKeys: [] },
    ),
    soft: fc.record(
      { steps: fc.integer({ min: 1, max: 60 }), guidanceScale: fc.double({ min: 0, max: 20, noNaN: true }) },
      { requiredKeys: [] },
    ),
  });
  fc.assert(
    fc.property(arbitrary, (input) => {
      const answer = selector.select(input);
      // Once more from the cache, and once by a selector that has seen nothing else.
      expect(selector.select(input)).toEqual(answer);
      expect(build().select(input)).toEqual(answer);
      if ('model' in answer) {
        expect(isMediaModel(answer.model)).toBe(true);
        expect(answer.estimate.costMicros).toBeGreaterThan(0);
        expect(answer.fallbackModels).not.toContain(answer.model.id);
      } else if (answer.kind === 'refused') {
        expect(answer.violations.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});

describe('a preference', () => {
  const preferredModelId = 'black-forest-labs/flux-1.1-pro-ultra';

  it('is followed where the model can serve, and the usual models stay its fallbacks', () => {
    const selection = choose({ preferredModelId });
    expect(selection.model.id).toBe(preferredModelId);
    expect(selection.fallbackModels).toEqual(['black-forest-labs/flux-1.1-pro', 'black-forest-labs/flux-schnell']);
    expect(selection.warnings).toEqual([]);
    expect(selection.reasoning).toContain('the preferred model of the caller');
  });

  it.each<[string, Partial<SelectionRequest>, string]>([
    ['an unknown model', { preferredModelId: 'nobody/nothing' }, 'is not known'],
    ['a model of the wrong kind', { preferredModelId: 'google/veo-3' }, 'makes no image'],
    [
      'a model that refuses what was asked',
      { preferredModelId: 'black-forest-labs/flux-schnell', imageCount: 1 },
      'takes no input image',
    ],
  ])('for %s costs a warning and nothing else', (_name, wish, why) => {
    const selection = choose(wish);
    expect(selection.model.id).toBe('black-forest-labs/flux-1.1-pro');
    expect(selection.warnings[0]).toContain(why);
  });

  it('for a model that is not available says so', () => {
    const away = build((modelId) => ({ ...healthy, available: modelId !== preferredModelId }));
    const { model, warnings } = choose({ preferredModelId }, away);
    expect(model.id).toBe('black-forest-labs/flux-1.1-pro');
    expect(warnings.join()).toContain(`${preferredModelId} is not available at the moment`);
  });

  it('for a provider takes its models first, and another’s with a warning where it has none', () => {
    const { model, fallbackModels, warnings } = choose({ preferredProvider: 'openai' });
    expect(model.provider).toBe('openai');
    expect(fallbackModels).toContain('black-forest-labs/flux-1.1-pro');
    expect(warnings).toEqual([]);
    const film = choose({ workflow: 'text_to_video', preferredProvider: 'openai' });
    expect(film.model.id).toBe('minimax/video-01');
    expect(film.warnings).toEqual([expect.stringContaining('preferred provider openai')]);
  });

  it('never refuses what would be served without it', () => {
    const word = fc.constantFrom('', 'openai', 'replicate', 'nobody', preferredModelId, 'google/veo-3', 'dall-e-3');
    fc.assert(
      fc.property(
        word,
        word,
        fc.constantFrom(...WORKFLOW_NAMES),
        fc.nat(3),
        (model, provider, workflow, imageCount) => {
          const usual = build().select(request({ workflow, imageCount }));
          const wished = build().select(
            request({ workflow, imageCount, preferredModelId: model, preferredProvider: provider }),
          );
          // It may add a model that the list has not, and so serve what would be refused.
          if ('model' in usual) expect(wished).toHaveProperty('model');
        },
      ),
      { numRuns: 300 },
    );
  });
});
