import { loadCatalogue } from './load-catalogue.js';
import { mapPrompt } from './map-prompt.js';
import { isMediaModel } from './model-schema.js';

const catalogue = loadCatalogue();

function native(id: string, prompt: string): Record<string, unknown> | undefined {
  const model = catalogue.find(id)?.model;
  if (!model || !isMediaModel(model)) throw new Error(`no media model ${id}`);
  const outcome = mapPrompt(model, prompt);
  return 'native' in outcome ? Object.fromEntries(outcome.native) : undefined;
}

function refusal(id: string, prompt: string): string | undefined {
  const model = catalogue.find(id)?.model;
  const outcome = model && isMediaModel(model) ? mapPrompt(model, prompt) : undefined;
  return outcome && 'refusal' in outcome ? outcome.refusal : undefined;
}

describe('change-haircut', () => {
  const id = 'flux-kontext-apps/change-haircut';

  it.each([
    ['Give me a blonde bob', { haircut: 'Bob', hair_color: 'Blonde' }],
    ['Change my hair color to platinum blonde', { hair_color: 'Platinum Blonde' }],
    ['an angled bob, please', { haircut: 'Angled Bob' }],
    ['Half-up, half-down hair in rose gold', { haircut: 'Half-Up, Half-Down', hair_color: 'Rose Gold' }],
    ['ombre hair', { haircut: 'Ombré' }],
    ['make his hair silver, professional hair styling, high detail', { hair_color: 'Silver' }],
    ['Give the woman a pixie cut', { haircut: 'Pixie Cut', gender: 'female' }],
  ])('reads its lists from "%s"', (prompt, input) => {
    expect(native(id, prompt)).toEqual(input);
  });

  it.each([
    ['Make her hair blonde and put her on a beach', 'beach'],
    ["Don't make it blonde", 'don'],
    ['a mullet', 'mullet'],
    ['blonde and purple hair', 'only one hair_color'],
    ['Change my hair', 'none of it is asked for'],
    ['make the man look nice', 'none of it is asked for'],
    ['haz mi pelo rubio', 'haz mi pelo rubio'],
    ['', 'none of it is asked for'],
  ])('leaves "%s" to a prompt model', (prompt, reason) => {
    expect(refusal(id, prompt)).toContain(reason);
  });
});

describe('models without a prompt', () => {
  it.each([
    ['flux-kontext-apps/restore-image', 'Enhance this photo, high quality, detailed'],
    ['flux-kontext-apps/restore-image', 'Please restore and colorize my old black and white picture'],
    ['flux-kontext-apps/restore-image', 'upscale to 4k and sharpen'],
    ['flux-kontext-apps/cartoonify', 'Turn me into a cartoon'],
    ['flux-kontext-apps/renaissance', 'make it a Renaissance painting'],
    ['flux-kontext-apps/depth-of-field', 'blur the background'],
    ['flux-kontext-apps/professional-headshot', 'a LinkedIn headshot with an office background'],
  ])('%s serves "%s"', (id, prompt) => {
    expect(native(id, prompt)).toBeDefined();
  });

  it.each([
    ['flux-kontext-apps/restore-image', 'Enhance this photo and remove the car'],
    ['flux-kontext-apps/cartoonify', 'in the style of Van Gogh'],
    ['flux-kontext-apps/filters', 'make the sky purple'],
    ['flux-kontext-apps/professional-headshot', 'blonde hair, professional hair styling'],
  ])('%s leaves "%s" to others', (id, prompt) => {
    expect(native(id, prompt)).toBeUndefined();
  });

  it('choose from their lists', () => {
    expect(native('flux-kontext-apps/face-to-many-kontext', 'turn me into a lego ninja')).toEqual({
      style: 'Lego',
      persona: 'Ninja',
    });
  });
});

it('passes a prompt on word for word, up to the limit of the model', () => {
  const odd = 'A {value} ${fox} "quoted" \n 狐';
  expect(native('black-forest-labs/flux-1.1-pro', odd)).toEqual({ prompt: odd });
  expect(refusal('black-forest-labs/flux-1.1-pro', 'x'.repeat(2001))).toBe(
    'The model reads at most 2000 characters; 2001 given.',
  );
});
