import { readFileSync } from 'node:fs';
import { CatalogueError, loadCatalogue, parseCatalogue } from './load-catalogue.js';
import { setAt } from './native-input.js';

interface Data {
  aliases: Record<string, unknown>[];
  models: Record<string, unknown>[];
}

/** The data file, to be spoiled. */
function data(): Data {
  return JSON.parse(readFileSync(new URL('../data/models.json', import.meta.url), 'utf8')) as Data;
}

function problemsOf(spoil: (spoilt: Data) => void): readonly string[] {
  const spoilt = data();
  spoil(spoilt);
  try {
    parseCatalogue(spoilt);
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems;
    throw error;
  }
  return [];
}

/** Sets a field of one model, or takes it away when `value` is undefined. */
function set(id: string, path: string, value: unknown) {
  return ({ models }: Data) => {
    const entry = models.find((model) => model['id'] === id);
    if (!entry) throw new Error(`no ${id}`);
    setAt(entry, path, value);
  };
}

describe('loadCatalogue', () => {
  it('loads the data file without a problem', () => {
    expect(problemsOf(() => undefined)).toEqual([]);
    expect(loadCatalogue().models.length).toBeGreaterThan(25);
  });

  it('freezes everything', () => {
    const [model] = loadCatalogue().mediaModels;
    expect(Object.isFrozen(model)).toBe(true);
    expect(Object.isFrozen(model?.mapping)).toBe(true);
    expect(Object.isFrozen(model?.inputSchema)).toBe(true);
  });
});

describe('parseCatalogue', () => {
  it('names the model and the field of a wrong value', () => {
    expect(problemsOf(set('google/veo-3', 'price.amount_micros', 0.75))).toEqual([
      expect.stringContaining('google/veo-3: price.amount_micros'),
    ]);
  });

  it('refuses a price of nothing', () => {
    expect(problemsOf(set('google/veo-3', 'price.amount_micros', 0))).toHaveLength(1);
  });

  it('refuses a mapping that forgets a parameter', () => {
    expect(problemsOf(set('google/veo-3', 'mapping.seed', undefined))).toEqual([
      expect.stringContaining('google/veo-3: mapping.seed'),
    ]);
  });

  it('refuses unknown keys', () => {
    expect(problemsOf(set('google/veo-3', 'prize', {}))).toEqual([expect.stringContaining('prize')]);
  });

  it('refuses what is no catalogue at all', () => {
    expect(() => parseCatalogue('models')).toThrow(CatalogueError);
  });

  it.each<[string, (spoilt: Data) => void, string]>([
    [
      'an id used twice',
      ({ aliases }) => aliases.push({ id: 'gpt-6-luna', alias_of: 'gpt-4o-mini', notes: '-' }),
      'gpt-6-luna: the id is used twice',
    ],
    [
      'an alias of nothing',
      ({ aliases }) => aliases.push({ id: 'a/b', alias_of: 'c/d', notes: '-' }),
      'a/b: alias_of c/d does not exist',
    ],
    [
      'a successor that is dead itself',
      set('dall-e-3', 'lifecycle.successor', 'gpt-image-1'),
      'dall-e-3: successor gpt-image-1 is not active',
    ],
    [
      'a workflow without a primary model',
      set('google/veo-3', 'workflows', []),
      'video_generation: has 0 primary models',
    ],
    [
      'a rule for a field that the model does not have',
      set('google/veo-3', 'mapping.audio.field', 'sound'),
      'google/veo-3: field sound is not in input_schema',
    ],
    [
      'a word that the model does not have',
      set('flux-kontext-apps/change-haircut', 'prompt.lists.0.words.mullet', 'Mullet'),
      'prompt: Mullet is not a value of haircut',
    ],
    [
      'a native safety switch',
      set('black-forest-labs/flux-schnell', 'input_schema.properties.disable_safety_checker', { type: 'boolean' }),
      'input_schema must not declare disable_safety_checker',
    ],
    [
      'an unofficial model without a version',
      set('lightricks/ltx-video', 'version', undefined),
      'lightricks/ltx-video: is not official and has no version',
    ],
    [
      'an image model in a video workflow',
      set('dall-e-3', 'workflows', [{ workflow: 'text_to_video', variant: 'available' }]),
      'dall-e-3: makes no video for text_to_video',
    ],
  ])('refuses %s', (_, spoil, problem) => {
    expect(problemsOf(spoil)).toContainEqual(expect.stringContaining(problem));
  });
});
