import { readFileSync } from 'node:fs';
import { loadCatalogue, parseCatalogue } from '../load-catalogue.js';
import { printJson } from './print-json.js';
import { NotPublishedError, type PublishedModel, readPublishedModel } from './read-published-model.js';
import { type CatalogueFile, refreshCatalogue } from './refresh-catalogue.js';

const text = readFileSync(new URL('../../data/models.json', import.meta.url), 'utf8');
const file = JSON.parse(text) as CatalogueFile;
const flux = 'black-forest-labs/flux-1.1-pro';
const newVersion = 'f'.repeat(64);

type Fields = Record<string, Record<string, unknown>>;

/** Publishes what the catalogue knows, as Replicate words it, but for one model's changes. */
function publisher(modelId: string, change: (fields: Fields, required: string[]) => void = () => {}) {
  return async (asked: string): Promise<PublishedModel> => {
    const entry = structuredClone(file.models.find(({ id }) => id === asked));
    const schema = entry?.input_schema ?? {};
    const fields = schema['properties'] as Fields;
    const required = (schema['required'] as string[] | undefined) ?? [];
    if (asked === modelId) change(fields, required);
    const schemas: Record<string, Record<string, unknown>> = {};
    const properties = Object.entries(fields).map(([name, { enum: values, type, ...field }], order) => {
      const titled = { ...field, title: name, 'x-order': order };
      if (!values) return [name, { ...titled, type }];
      schemas[name] = { type, enum: values, title: name };
      return [name, { ...titled, allOf: [{ $ref: `#/components/schemas/${name}` }] }];
    });
    const safety = { type: 'integer', minimum: 0, maximum: 6, default: 2, 'x-order': 99 };
    const Input = {
      type: 'object',
      title: 'Input',
      required,
      properties: Object.fromEntries([...properties, ['safety_tolerance', safety]]),
    };
    return { version: entry?.version ?? newVersion, schemas: { ...schemas, Input } };
  };
}

const reportOn = async (modelId: string, change?: Parameters<typeof publisher>[1]) => {
  const { data, reports } = await refreshCatalogue(file, publisher(modelId, change));
  return { data, report: reports.find((report) => report.modelId === modelId), reports };
};

it('writes data that did not change byte for byte as it was', () => {
  expect(printJson(JSON.parse(text))).toBe(text);
});

it('finds nothing to do where what is published is what is known, however it is worded', async () => {
  const { data, reports } = await refreshCatalogue(file, publisher(''));
  expect(reports.filter(({ outcome }) => outcome !== 'same')).toEqual([]);
  expect(reports).toHaveLength(loadCatalogue().mediaModels.filter(({ provider }) => provider === 'replicate').length);
  expect(printJson(data)).toBe(text);
});

it('takes over new fields, bounds, defaults and choices, names each, and says where they were read', async () => {
  const { data, report } = await reportOn(flux, (fields, required) => {
    fields['raw'] = { type: 'boolean', default: false };
    fields['output_quality'] = { ...fields['output_quality'], maximum: 90 };
    fields['output_format'] = { ...fields['output_format'], enum: ['webp', 'jpg', 'png', 'avif'], default: 'png' };
    required.splice(0);
  });
  expect(report).toEqual({
    modelId: flux,
    outcome: 'changed',
    changes: [
      'raw: new field (boolean)',
      'output_format: also takes "avif"',
      'output_format: default "webp" → "png"',
      'output_quality: maximum 100 → 90',
      'prompt: is not required any more',
    ],
    problems: [],
  });
  expect(data.models.find(({ id }) => id === flux)).toMatchObject({ schema_version: newVersion });
  expect(() => parseCatalogue(data)).not.toThrow();
});

it.each([
  ['a mapped field that is gone', (fields: Fields) => void delete fields['seed'], /seed is not in input_schema/],
  [
    'a mapped choice that is gone',
    (fields: Fields) => void (fields['output_format'] = { type: 'string', enum: ['webp'] }),
    /jpg is not a native value/,
  ],
  [
    'a field that has to be sent now',
    (_: Fields, required: string[]) => void required.push('image_prompt'),
    /image_prompt became required/,
  ],
])('never takes over %s, and names the mapping', async (_what, change, problem) => {
  const { data, report } = await reportOn(flux, change);
  expect(report).toMatchObject({ outcome: 'breaks' });
  expect(report?.problems.join('\n')).toMatch(problem);
  expect(printJson(data)).toBe(text);
});

it('never declares what callers must not reach', async () => {
  const { data } = await reportOn(flux, (fields) => void (fields['raw'] = { type: 'boolean' }));
  expect(JSON.stringify(data)).not.toContain('"safety_tolerance":');
});

it('follows the version of a model that runs by it', async () => {
  const ltx = 'lightricks/ltx-video';
  const read = publisher('');
  const moved = async (id: string) => ({ ...(await read(id)), ...(id === ltx ? { version: newVersion } : {}) });
  const { data, reports } = await refreshCatalogue(file, moved);
  expect(reports.filter(({ outcome }) => outcome !== 'same')).toEqual([
    { modelId: ltx, outcome: 'changed', changes: ['version: 8c47da66 → ffffffff'], problems: [] },
  ]);
  expect(parseCatalogue(data).find(ltx)?.model).toMatchObject({ version: newVersion });
});

it('keeps a model that is not published any more, and says so', async () => {
  const read = publisher('');
  const { data, reports } = await refreshCatalogue(file, (id) =>
    id === flux ? Promise.reject(new NotPublishedError('Replicate does not know this model.')) : read(id),
  );
  expect(reports.find(({ modelId }) => modelId === flux)).toMatchObject({
    outcome: 'not_published',
    problems: ['Replicate does not know this model.'],
  });
  expect(printJson(data)).toBe(text);
});

it('stops when Replicate can not be asked', async () => {
  await expect(refreshCatalogue(file, () => Promise.reject(new Error('401')))).rejects.toThrow('401');
});

describe('reading a model from Replicate', () => {
  const read = (status: number, body: unknown) => {
    const asked: [string, RequestInit | undefined][] = [];
    const fake: typeof fetch = async (url, init) => {
      asked.push([String(url), init]);
      return new Response(JSON.stringify(body), { status });
    };
    const access = { token: 'r8', baseUrl: 'https://replicate.test/v1/', fetch: fake };
    return { asked, published: readPublishedModel(access, flux) };
  };
  const schemas = { Input: { type: 'object' } };

  it('asks for it by name, with the token', async () => {
    const version = { id: newVersion, openapi_schema: { components: { schemas } } };
    const { asked, published } = read(200, { latest_version: version });
    expect(await published).toEqual({ version: newVersion, schemas });
    expect(asked).toMatchObject([
      [`https://replicate.test/v1/models/${flux}`, { headers: { authorization: 'Bearer r8' }, redirect: 'error' }],
    ]);
  });

  it.each([
    [404, {}],
    [200, { latest_version: null }],
    [200, { latest_version: { id: newVersion, openapi_schema: { components: { schemas: {} } } } }],
  ])('says that it is not published when the answer is %i %j', async (status, body) => {
    await expect(read(status, body).published).rejects.toBeInstanceOf(NotPublishedError);
  });

  it.each([401, 429, 500])('does not take a %i for a model that is gone', async (status) => {
    await expect(read(status, {}).published).rejects.not.toBeInstanceOf(NotPublishedError);
  });
});
