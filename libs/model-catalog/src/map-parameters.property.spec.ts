import fc from 'fast-check';
import { nativeProblems } from '../test/native-check.js';
import { applyDefault } from './apply-rule.js';
import { parseRatio, sameRatio } from './aspect-ratio.js';
import { FORBIDDEN_FIELDS } from './check-model.js';
import { estimate } from './estimate.js';
import type { GenerationParameters } from './generation-parameters.js';
import { loadCatalogue } from './load-catalogue.js';
import { mapParameters } from './map-parameters.js';
import type { MappingRequest } from './mapping-request.js';
import type { MediaModel } from './model-schema.js';

const { mediaModels } = loadCatalogue();

/** A prompt that the model can serve, so that only the parameters decide. */
function fittingPrompt({ prompt }: MediaModel): string {
  if (prompt.rule === 'field') return 'A red fox in the snow';
  return prompt.intents[0] ?? Object.keys(prompt.lists[0]?.words ?? {})[0] ?? '';
}

function request(model: MediaModel, over: Partial<MappingRequest>): MappingRequest {
  const imageCount = model.limits.inputImages.min;
  return { prompt: fittingPrompt(model), imageCount, hasMask: false, explicit: {}, soft: {}, ...over };
}

const edge = fc.integer({ min: 1, max: 5000 });
const ratio = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })).map(([w, h]) => `${w}:${h}`);
const values = {
  negativePrompt: fc.string({ minLength: 1, maxLength: 40 }),
  width: edge,
  height: edge,
  aspectRatio: fc.oneof(ratio, fc.constantFrom('16:9', '1:1', 'wide', '0:1')),
  seed: fc.oneof(fc.nat(), fc.integer({ min: -5, max: 2 ** 40 })),
  steps: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.double({ min: 0, max: 60, noNaN: true })),
  guidanceScale: fc.double({ min: 0, max: 40, noNaN: true }),
  strength: fc.double({ min: 0, max: 1, noNaN: true }),
  numOutputs: fc.integer({ min: 1, max: 4 }),
  durationS: fc.double({ min: 0.5, max: 60, noNaN: true }),
  fps: fc.integer({ min: 1, max: 60 }),
  outputFormat: fc.constantFrom('png', 'jpg', 'jpeg', 'webp', 'mp4', 'tiff', 'constructor'),
  quality: fc.constantFrom('low', 'medium', 'high', 'auto', 'hd', 'max', 'Off', 'best', 'toString'),
  audio: fc.boolean(),
} satisfies Record<keyof GenerationParameters, fc.Arbitrary<unknown>>;
type Name = keyof typeof values;
const names = Object.keys(values) as Name[];
const parameters = fc.record(values, { requiredKeys: [] }) as fc.Arbitrary<GenerationParameters>;
/** At most two, since a random handful is nearly always refused. */
const few = fc
  .tuple(parameters, fc.subarray(names, { maxLength: 2 }))
  .map(([all, kept]) => Object.fromEntries(kept.map((name) => [name, all[name]])) as GenerationParameters);
const models = fc.constantFrom(...mediaModels);

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

describe.each(names)('%s of every model', (name) => {
  const one = fc.record({ model: models, value: values[name] as fc.Arbitrary<unknown>, images: fc.nat({ max: 2 }) });
  const only = (value: unknown) => ({ [name]: value }) as GenerationParameters;

  it('is honoured, approximated with a warning, or refused by name when explicit', () => {
    fc.assert(
      fc.property(one, ({ model, value, images }) => {
        const imageCount = Math.min(model.limits.inputImages.max, Math.max(model.limits.inputImages.min, images));
        const silent = mapParameters(model, request(model, { imageCount }));
        const result = mapParameters(model, request(model, { imageCount, explicit: only(value) }));
        if (!silent.ok) throw new Error(JSON.stringify(silent));
        if (!result.ok) {
          expect(result.violations.map(({ field }) => field)).toEqual([`parameters.${snakeCase(name)}`]);
          expect(result.violations[0]?.message).toMatch(/\.$/);
          return;
        }
        const said = result.warnings.length > silent.warnings.length;
        const used = result.effective[name];
        const asWished = used === value || (used === 'jpg' && value === 'jpeg');
        // Honoured exactly, or somebody is told.
        expect(asWished || said || isSame(name, value, used)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never refuses when soft, and is said to be dropped where it would be refused', () => {
    fc.assert(
      fc.property(one, ({ model, value }) => {
        const explicit = mapParameters(model, request(model, { explicit: only(value) }));
        const soft = mapParameters(model, request(model, { soft: only(value) }));
        const silent = mapParameters(model, request(model, {}));
        if (!soft.ok || !silent.ok) throw new Error(JSON.stringify(soft));
        if (explicit.ok) {
          expect(soft.input).toEqual(explicit.input);
          return;
        }
        expect(soft.warnings).toEqual(
          expect.arrayContaining([expect.stringMatching(`^${snakeCase(name)} was dropped: `)]),
        );
        expect(soft.input).toEqual(silent.input);
      }),
      { numRuns: 300 },
    );
  });
});

/** 97 frames are 4 seconds, and 2:2 is 1:1. */
function isSame(name: Name, value: unknown, used: unknown): boolean {
  if (name === 'durationS') return Math.abs(Number(value) - Number(used)) <= 0.051;
  return name === 'aspectRatio' && sameRatio(parseRatio(value) ?? NaN, parseRatio(used) ?? NaN);
}

describe('mapParameters', () => {
  it('makes only native input that the model accepts', () => {
    fc.assert(
      fc.property(
        fc.record({
          model: models,
          explicit: few,
          soft: parameters,
          images: fc.nat({ max: 3 }),
          hasMask: fc.boolean(),
        }),
        ({ model, explicit, soft, images, hasMask }) => {
          const imageCount = model.limits.inputImages.min + images;
          const result = mapParameters(model, request(model, { explicit, soft, imageCount, hasMask }));
          if (!result.ok) {
            expect(result.violations.length).toBeGreaterThan(0);
            return;
          }
          expect(nativeProblems(model, result)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives every image and the mask one place, in order', () => {
    for (const model of mediaModels) {
      const { min, max } = model.limits.inputImages;
      for (let imageCount = min; imageCount <= max; imageCount += 1) {
        const hasMask = model.images.maskField !== undefined && imageCount > 0;
        const result = mapParameters(model, request(model, { imageCount, hasMask }));
        if (!result.ok) throw new Error(JSON.stringify(result.violations));
        const placed = result.imageFields.flatMap(({ indices }) => indices);
        expect(placed).toEqual(Array.from({ length: imageCount + (hasMask ? 1 : 0) }, (_, index) => index));
        expect(nativeProblems(model, result)).toEqual([]);
      }
    }
  });

  it('makes native input that the model accepts from soft wishes alone', () => {
    fc.assert(
      fc.property(models, parameters, (model, soft) => {
        const result = mapParameters(model, request(model, { soft }));
        if (!result.ok) throw new Error(JSON.stringify(result.violations));
        expect(nativeProblems(model, result)).toEqual([]);
        for (const field of FORBIDDEN_FIELDS) expect(result.input).not.toHaveProperty(field);
      }),
      { numRuns: 1000 },
    );
  });

  it('answers the same for the same request', () => {
    fc.assert(
      fc.property(models, parameters, parameters, (model, explicit, soft) => {
        const wanted = request(model, { explicit, soft });
        expect(mapParameters(model, wanted)).toEqual(mapParameters(model, wanted));
      }),
    );
  });

  it('always tells the length of a video, and its estimate is positive whole numbers', () => {
    fc.assert(
      fc.property(models, parameters, (model, soft) => {
        const result = mapParameters(model, request(model, { soft }));
        if (!result.ok) throw new Error(JSON.stringify(result.violations));
        if (model.output.media === 'video') expect(result.effective.durationS).toBeGreaterThan(0);
        const { costMicros, costRangeMicros, timeS, timeRangeS } = estimate(model, result.effective);
        for (const number of [costMicros, timeS, ...costRangeMicros, ...timeRangeS]) {
          expect(Number.isSafeInteger(number) && number > 0).toBe(true);
        }
        expect(costRangeMicros[0]).toBeLessThanOrEqual(costMicros);
        expect(costMicros).toBeLessThanOrEqual(costRangeMicros[1]);
        expect(timeRangeS[0]).toBeLessThanOrEqual(timeRangeS[1]);
      }),
      { numRuns: 1000 },
    );
  });

  it('uses the defaults of the mapping when nothing is wished', () => {
    for (const model of mediaModels) {
      const result = mapParameters(model, request(model, {}));
      const { used } = applyDefault(model.mapping.durationS, model.inputSchema);
      expect(result.ok && result.effective.durationS).toBe(used);
      expect(result.ok && result.effective.numOutputs).toBe(1);
    }
  });
});

/** What the model makes of an input: what is not sent has its default. */
function withDefaults({ inputSchema }: MediaModel, input: object): object {
  const defaults = Object.entries(inputSchema.properties ?? {}).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...input };
}

it('what a mapping used makes the same input when it is asked for again explicitly', () => {
  const asked = fc.record({ model: models, explicit: few, soft: few, images: fc.nat({ max: 2 }) });
  fc.assert(
    fc.property(asked, ({ model, explicit, soft, images }) => {
      const imageCount = Math.min(model.limits.inputImages.max, Math.max(model.limits.inputImages.min, images));
      const first = mapParameters(model, request(model, { imageCount, explicit, soft }));
      if (!first.ok) return;
      const again = mapParameters(model, request(model, { imageCount, explicit: first.effective }));
      if (!again.ok) throw new Error(`${model.id}: ${JSON.stringify([first.effective, again.violations])}`);
      expect(again.effective).toEqual(first.effective);
      expect(withDefaults(model, again.input)).toEqual(withDefaults(model, first.input));
    }),
    { numRuns: 3_000 },
  );
});
