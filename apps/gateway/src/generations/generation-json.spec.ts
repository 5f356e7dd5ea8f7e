import { Generation, GenerationError, GenerationState } from '@atelier/contracts/generation/v1';
import type { AssetLinks } from '../files/asset-links.js';
import { toGeneration } from './generation-json.js';

const links = { linkTo: (key: string) => key } as AssetLinks;
const failed = (error: Partial<GenerationError>) =>
  toGeneration(
    Generation.create({
      state: GenerationState.GENERATION_STATE_FAILED,
      error: GenerationError.create({ code: 'CONTENT_POLICY', message: 'Refused.', ...error }),
    }),
    links,
  ).error;

it('shows of a failure what to do next and which models could serve', () => {
  const alternatives = [{ provider: 'openai', modelId: 'gpt-image-2' }];
  expect(failed({ suggestions: ['Leave out weapons.'], alternatives })).toEqual({
    code: 'CONTENT_POLICY',
    message: 'Refused.',
    suggestions: ['Leave out weapons.'],
    alternatives: [{ provider: 'openai', model_id: 'gpt-image-2' }],
  });
  expect(failed({})).not.toHaveProperty('alternatives');
});
