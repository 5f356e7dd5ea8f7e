import type { ClassifyIntentRequest } from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { Asset, type CreateGenerationRequest } from '@atelier/contracts/generation/v1';
import { Reference, ResolvePlanContextResponse, Session } from '@atelier/contracts/presets/v1';
import type { SelectModelRequest } from '@atelier/contracts/selector/v1';
import { defineErrors } from '@atelier/errors';
import type { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { fakeAssets } from './harness/fake-assets.js';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans, intent, selection } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const errors = defineErrors('fake_selector', {
  PARAMETERS_REFUSED: { code: 'INVALID_ARGUMENT', title: 'Refused', message: 'Refused.', remedy: '-' },
});
const ids = {
  sarah: '0199f0a2-6b1e-7c4d-9d52-000000000001',
  reddress: '0199f0a2-6b1e-7c4d-9d52-000000000002',
  gone: '0199f0a2-6b1e-7c4d-9d52-000000000003',
} as const;
const beach = 'https://x.supabase.co/beach.png';
const references: Record<string, Reference> = {
  sarah: Reference.create({ tag: 'sarah', name: 'Sarah', imageUrl: ids.sarah, thumbnailKey: `${ids.sarah}.webp` }),
  reddress: Reference.create({ tag: 'reddress', name: 'reddress', imageUrl: ids.reddress }),
  beach: Reference.create({ tag: 'beach', name: 'beach', imageUrl: beach }),
  gone: Reference.create({ tag: 'gone', name: 'gone', imageUrl: ids.gone }),
};

let gateway: TestGateway;
let sarah: string;
let assets: Map<string, Asset>;
let session: Session | undefined;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  sarah = await gateway.keyFor('sarah');
  assets = fakeAssets(gateway.services);
  new FakeGenerations(gateway.services).watching = 0;
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => {
  const { services } = gateway;
  fakePlans(services);
  services.set('classifier', 'classifyIntent', ({ prompt }) =>
    intent({ finalPrompt: prompt, workflow: Workflow.WORKFLOW_REFERENCE_STYLING }),
  );
  services.set('presets', 'resolvePlanContext', ({ tags }) =>
    ResolvePlanContextResponse.create({
      references: tags.flatMap((tag) => references[tag] ?? []),
      missingTags: tags.filter((tag) => !references[tag]),
      session,
    }),
  );
  session = undefined;
  assets.clear();
  for (const assetId of [ids.sarah, ids.reddress]) {
    assets.set(assetId, Asset.create({ assetId, storageKey: `${assetId}.png`, ownerId: 'sarah' }));
  }
  services.calls.length = 0;
});

const plan = async (json: object): Promise<ProcessAnswer> =>
  (await (await gateway.request('/api/v1/enhanced/process', { as: sarah, json })).json()) as ProcessAnswer;
const asked = <Request>(method: string): Request => gateway.services.callsOf(method).at(-1)?.request as Request;
/** The pictures as they go to the model. */
async function inputsOf(json: object): Promise<readonly string[]> {
  const answer = await gateway.request('/api/v1/generations', { as: sarah, json });
  expect(answer.status).toBe(202);
  return asked<CreateGenerationRequest>('generation.createGeneration').inputImages;
}
/** No model takes more pictures than so many. */
function atMost(most: number): void {
  gateway.services.set('selector', 'selectModel', ({ imageCount }) => {
    if (imageCount <= most) return selection();
    const message = `The model takes at most ${most} input images; ${imageCount} given.`;
    throw errors.PARAMETERS_REFUSED({ violations: [{ field: 'input_images', message }] });
  });
}

describe('references of a plan', () => {
  it('go to the model as person, garment, scene, wherever the prompt names them', async () => {
    const answer = await plan({ prompt: 'at @beach, put @sarah in @reddress' });
    expect(answer.references).toEqual([
      { tag: 'beach', name: 'beach', role: 'scene', image_url: beach },
      {
        tag: 'sarah',
        name: 'Sarah',
        role: 'person',
        image_url: expect.stringMatching(new RegExp(`^/files/${ids.sarah}\\.png`)),
        thumbnail_url: expect.stringMatching(new RegExp(`^/files/${ids.sarah}\\.webp`)),
      },
      { tag: 'reddress', name: 'reddress', role: 'garment', image_url: expect.stringContaining(ids.reddress) },
    ]);
    // One call for all references, one for all their files.
    expect(gateway.services.callsOf('presets.resolvePlanContext')).toHaveLength(1);
    expect(gateway.services.callsOf('assets.batchGetAssets')).toHaveLength(1);
    expect(gateway.services.callsOf('generation.getAsset')).toEqual([]);
    expect(await inputsOf({ prompt: 'put @sarah in @reddress at @beach' })).toEqual([ids.sarah, ids.reddress, beach]);
    expect(await inputsOf({ prompt: 'at @beach, put @sarah in @reddress' })).toEqual([ids.sarah, ids.reddress, beach]);
  });

  it('have the roles that the request says', async () => {
    const reference_roles = { '@sarah': 'style', beach: 'person' };
    const prompt = 'put @sarah in @reddress at @beach';
    expect((await plan({ prompt, reference_roles })).references.map(({ role }) => role)).toEqual([
      'style',
      'garment',
      'person',
    ]);
    expect(await inputsOf({ prompt, reference_roles })).toEqual([beach, ids.reddress, ids.sarah]);
    const refused = await gateway.request('/api/v1/enhanced/process', {
      as: sarah,
      json: { prompt, reference_roles: { sarah: 'hero' } },
    });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { errors: [{ field: 'reference_roles.sarah' }] },
    ]);
  });

  it('that bring a person and something to wear make it a styling, in the way of AI', async () => {
    gateway.services.set('classifier', 'classifyIntent', ({ prompt }) => intent({ finalPrompt: prompt }));
    const prompt = 'put @sarah in @reddress at @beach';
    expect(await plan({ prompt })).toMatchObject({
      workflow_type: 'reference_styling',
      intent_confidence: 0.8,
      metadata: { corrected_from: 'image_generation' },
    });
    expect(asked<SelectModelRequest>('selector.selectModel').workflow).toBe(Workflow.WORKFLOW_REFERENCE_STYLING);
    for (const other of [
      { prompt, use_ai_classification: false },
      { prompt: 'put @sarah at @beach' },
      { prompt: '@reddress at @beach' },
    ]) {
      expect(await plan(other)).toMatchObject({ workflow_type: 'image_generation' });
    }
  });

  it('stand around what is worked on and what was attached', async () => {
    session = Session.create({ sessionId: 's', workingImageUrl: 'https://x.supabase.co/work.png' });
    const prompt = 'put @reddress and @beach on @sarah';
    expect(await inputsOf({ prompt, session_id: 's' })).toEqual([
      'https://x.supabase.co/work.png',
      ids.sarah,
      ids.reddress,
      beach,
    ]);
    session = undefined;
    await plan({ prompt: 'put @sarah in this', uploaded_images: ['https://x.supabase.co/dress.png'], generate: true });
    expect(asked<CreateGenerationRequest>('generation.createGeneration').inputImages).toEqual([
      ids.sarah,
      'https://x.supabase.co/dress.png',
    ]);
  });

  it('whose picture was deleted are reported, and the plan goes on without them', async () => {
    const answer = await plan({ prompt: 'put @sarah in @gone with @nobody' });
    expect(answer.references.map(({ tag }) => tag)).toEqual(['sarah']);
    expect(answer.metadata).toMatchObject({
      missing_references: ['nobody', 'gone'],
      warnings: ['The picture of @gone is gone.'],
    });
    expect(asked<SelectModelRequest>('selector.selectModel').imageCount).toBe(1);
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent').context?.references).toEqual(['sarah']);
  });

  it('are believed to be there while nobody can say', async () => {
    gateway.services.set('assets', 'batchGetAssets', () => {
      throw new Error('down');
    });
    const answer = await plan({ prompt: 'put @sarah in @gone' });
    expect(answer.metadata.missing_references).toEqual([]);
    expect(answer.references.map(({ tag }) => tag)).toEqual(['sarah', 'gone']);
  });

  it('for which no model has room are left out, the least important first, and said', async () => {
    atMost(2);
    const prompt = 'put @sarah in @reddress at @beach';
    const { metadata } = await plan({ prompt });
    expect(metadata.warnings).toEqual(['@beach was left out: no model that can do this takes 3 pictures.']);
    expect(await inputsOf({ prompt })).toEqual([ids.sarah, ids.reddress]);
    atMost(0);
    expect((await plan({ prompt })).metadata.warnings).toHaveLength(3);
  });

  it('never make room by leaving out what was attached', async () => {
    atMost(1);
    const answer = await gateway.request('/api/v1/enhanced/process', {
      as: sarah,
      json: { prompt: 'combine', uploaded_images: ['https://x.supabase.co/a.png', 'https://x.supabase.co/b.png'] },
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ field: 'input_images' }] }]);
  });
});
