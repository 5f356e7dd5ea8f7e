import { backgroundModels } from './background-models.js';

const aiModel = 'models/gemini-2.5-flash-image-preview';
const flux = 'black-forest-labs/flux-kontext-pro';
const standing = (provider: string, over: object = {}) => ({
  provider,
  configured: true,
  enabled: true,
  models: [],
  ...over,
});

it('asks the Gemini-style model first, and the others in its place', () => {
  const all = ['replicate', 'openai', 'gemini'].map((provider) => standing(provider));
  expect(backgroundModels(all, aiModel)).toEqual({ chain: [aiModel, 'gpt-image-2.5-flare', flux] });
});

it('leaves out what is not configured or turned off', () => {
  const providers = [
    standing('gemini', { configured: false, enabled: false }),
    standing('openai', { models: [{ modelId: 'gpt-image-2.5-flare', disabled: true }] }),
    standing('replicate', { models: [{ modelId: 'google/veo-3', disabled: true }] }),
  ];
  expect(backgroundModels(providers, aiModel)).toEqual({ chain: [flux] });
});

it('says why there is none', () => {
  expect(backgroundModels([], aiModel)).toEqual({ reason: 'No provider of image models is configured.' });
  const off = backgroundModels([standing('gemini', { enabled: false })], aiModel);
  expect(off).toEqual({ reason: 'All providers of image models are turned off at the moment.' });
});
