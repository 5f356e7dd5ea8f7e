import { loadCatalogue } from './load-catalogue.js';
import { isMediaModel } from './model-schema.js';
import type { Workflow } from './workflow.js';

const catalogue = loadCatalogue();

describe('the catalogue of the specification', () => {
  it.each<[Workflow, string, string[], number, number]>([
    [
      'hair_styling',
      'flux-kontext-apps/change-haircut',
      ['flux-kontext-apps/professional-headshot', 'black-forest-labs/flux-kontext-pro'],
      50_000,
      30,
    ],
    [
      'reference_styling',
      'flux-kontext-apps/multi-image-kontext-max',
      ['flux-kontext-apps/professional-headshot', 'flux-kontext-apps/face-to-many-kontext'],
      60_000,
      30,
    ],
    [
      'image_enhancement',
      'flux-kontext-apps/restore-image',
      ['flux-kontext-apps/depth-of-field', 'black-forest-labs/flux-kontext-pro'],
      40_000,
      30,
    ],
    [
      'image_editing',
      'black-forest-labs/flux-kontext-pro',
      ['flux-kontext-apps/filters', 'black-forest-labs/flux-1.1-pro'],
      30_000,
      30,
    ],
    [
      'style_transfer',
      'flux-kontext-apps/cartoonify',
      ['flux-kontext-apps/renaissance', 'black-forest-labs/flux-kontext-pro'],
      40_000,
      30,
    ],
    [
      'image_generation',
      'black-forest-labs/flux-1.1-pro',
      ['black-forest-labs/flux-schnell', 'black-forest-labs/flux-1.1-pro-ultra'],
      40_000,
      30,
    ],
    ['video_generation', 'google/veo-3', ['google/veo-2', 'minimax/video-01'], 750_000, 120],
    ['image_to_video', 'lightricks/ltx-video', ['minimax/video-01', 'wavespeedai/wan-2.1-i2v-720p'], 200_000, 90],
    ['text_to_video', 'minimax/video-01', ['lightricks/ltx-video', 'kwaivgi/kling-v1.6-standard'], 300_000, 120],
  ])('serves %s by %s', (workflow, primary, fallbacks, amountMicros, timeS) => {
    const models = catalogue.forWorkflow(workflow);
    expect(models.primary.id).toBe(primary);
    expect(models.fallbacks.map(({ id }) => id)).toEqual(fallbacks);
    expect(models.primary.price).toMatchObject({ amountMicros });
    expect(models.primary.typicalTimeS).toBe(timeS);
  });

  it('has a faster and a better model for image_generation', () => {
    const { speed, quality } = catalogue.forWorkflow('image_generation');
    expect(speed).toMatchObject({
      id: 'black-forest-labs/flux-schnell',
      price: { amountMicros: 20_000 },
      typicalTimeS: 15,
    });
    expect(quality).toMatchObject({
      id: 'black-forest-labs/flux-1.1-pro-ultra',
      price: { amountMicros: 80_000 },
      typicalTimeS: 45,
    });
  });

  it('offers OpenAI models to generate and to edit, only on request', () => {
    const ids = catalogue.forWorkflow('image_editing').available.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'gpt-image-2.5-flare',
        'gpt-image-2.5-sunburst',
        'stability-ai/stable-diffusion-img2img',
      ]),
    );
  });

  it('knows what the classifier may send to each language model', () => {
    const { model } = catalogue.find('gpt-6-luna') ?? {};
    expect(model && !isMediaModel(model) && model.call).toMatchObject({
      temperature: false,
      maxTokensField: 'max_completion_tokens',
    });
  });
});

describe('find', () => {
  it('resolves an alias and reports it', () => {
    const found = catalogue.find('zsxkib/flux-kontext-pro');
    expect(found?.model.id).toBe('black-forest-labs/flux-kontext-pro');
    expect(found?.alias?.id).toBe('zsxkib/flux-kontext-pro');
    expect(catalogue.find('black-forest-labs/flux-kontext-pro')?.alias).toBeUndefined();
  });

  it('resolves every alias', () => {
    for (const alias of catalogue.aliases) expect(catalogue.find(alias.id)?.model.id).toBe(alias.aliasOf);
  });

  it('knows nothing of other ids, not even of object members', () => {
    expect(catalogue.find('unknown/model')).toBeUndefined();
    expect(catalogue.find('constructor')).toBeUndefined();
  });
});

describe('resolve', () => {
  const november = new Date('2026-11-21T00:00:00Z');

  it('lets the successor serve a dead model and says so', () => {
    const serving = catalogue.resolve('dall-e-3', november);
    expect(serving?.model.id).toBe('gpt-image-2.5-flare');
    expect(serving?.notes).toEqual(['dall-e-3 was shut down on 2026-05-12; gpt-image-2.5-flare serves in its place.']);
  });

  it('keeps a deprecated model until its date', () => {
    expect(catalogue.resolve('gpt-4o-mini', november)).toMatchObject({ model: { id: 'gpt-4o-mini' }, notes: [] });
    expect(catalogue.resolve('gpt-4o-mini', new Date('2027-01-14T00:00:00Z'))?.model.id).toBe('gpt-6-luna');
  });

  it('says that an alias was followed', () => {
    expect(catalogue.resolve('zsxkib/flux-kontext-pro', november)?.notes).toEqual([
      'zsxkib/flux-kontext-pro is an alias of black-forest-labs/flux-kontext-pro.',
    ]);
  });

  it('finds a living model for every entry of every lifecycle', () => {
    for (const { id } of catalogue.models) {
      expect(catalogue.resolve(id, new Date('2100-01-01T00:00:00Z'))?.model.lifecycle.status).toBe('active');
    }
  });
});

it('knows models of several providers for the work that every front end asks for most', () => {
  for (const workflow of ['image_generation', 'image_editing', 'reference_styling'] as const) {
    const peers = catalogue.peersOf(workflow).filter(({ peers: word }) => word === 'general');
    expect(new Set(peers.map(({ model }) => model.provider)).size).toBe(3);
    expect(peers.map(({ variant }) => variant)).toContain('primary');
  }
  expect(catalogue.peersOf('hair_styling')).toEqual([]);
});
