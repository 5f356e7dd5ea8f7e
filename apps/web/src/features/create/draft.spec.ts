import { emptyDraft, imagesLeft, prefill, toPlanRequest } from './draft.js';

const settings = { quality: 'balanced', useAi: true } as const;
const image = (id: string) => ({ id, url: `/files/${id}.png`, name: `${id}.png` });

describe('an address', () => {
  it('fills in what it names and leaves the rest as it was', () => {
    const before = { ...emptyDraft, prompt: 'a cat', images: [image('a')], parameters: { steps: 20 } };
    const after = prefill(before, new URLSearchParams('prompt=a dog&preset=anime_style&seed=7&session=s1'));
    expect(after).toEqual({
      ...before,
      prompt: 'a dog',
      presetId: 'anime_style',
      sessionId: 's1',
      parameters: { steps: 20, seed: 7 },
    });
  });

  it('with a model replaces what was chosen about models before', () => {
    const before = { ...emptyDraft, provider: 'openai', workflow: 'text_to_video' as const };
    expect(prefill(before, new URLSearchParams('model=google/veo-3'))).toEqual({
      ...emptyDraft,
      modelId: 'google/veo-3',
    });
  });

  it('can’t set a seed that is no number', () => {
    expect(prefill(emptyDraft, new URLSearchParams('seed=abc&prompt='))).toEqual(emptyDraft);
  });
});

describe('a plan is asked for', () => {
  it('not while there is no prompt, or one that is too long', () => {
    expect(toPlanRequest({ ...emptyDraft, prompt: '  ' }, settings)).toBeUndefined();
    expect(toPlanRequest({ ...emptyDraft, prompt: 'a'.repeat(2_001) }, settings)).toBeUndefined();
  });

  it('with what was chosen and nothing else', () => {
    expect(toPlanRequest({ ...emptyDraft, prompt: ' a cat ' }, settings)).toEqual({
      prompt: 'a cat',
      user_preferences: { quality: 'balanced' },
      use_ai_classification: true,
    });
    expect(
      toPlanRequest(
        {
          ...emptyDraft,
          prompt: 'a cat',
          images: [image('a'), image('b')],
          workingImage: '/files/w.png',
          workflow: 'image_editing',
          parameters: { seed: 7, negative_prompt: '' },
        },
        { quality: 'speed', useAi: false },
      ),
    ).toEqual({
      prompt: 'a cat',
      user_preferences: { quality: 'speed' },
      use_ai_classification: false,
      uploaded_images: ['a', 'b'],
      working_image_url: '/files/w.png',
      workflow_type: 'image_editing',
      parameters: { seed: 7 },
    });
  });

  it('without the parameters that a chosen model does not know', () => {
    const draft = { ...emptyDraft, prompt: 'a cat', modelId: 'x/y', parameters: { seed: 7, steps: 20 } };
    expect(toPlanRequest(draft, settings, ['seed'])?.parameters).toEqual({ seed: 7 });
    expect(toPlanRequest(draft, settings, [])).not.toHaveProperty('parameters');
  });
});

it('leaves room for eight images, the working image among them', () => {
  expect(imagesLeft(emptyDraft)).toBe(8);
  expect(imagesLeft({ ...emptyDraft, images: [image('a'), image('b')], workingImage: '/files/w.png' })).toBe(5);
});
