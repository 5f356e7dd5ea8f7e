import fc from 'fast-check';
import { allowedSize, offersSizes } from './allowed-size.js';
import { loadCatalogue } from './load-catalogue.js';
import type { MediaModel } from './model-schema.js';
import { isMediaModel } from './model-schema.js';

const catalogue = loadCatalogue();
const model = (id: string): MediaModel => {
  const found = catalogue.find(id)?.model;
  if (!found || !isMediaModel(found)) throw new Error(`no model ${id}`);
  return found;
};
const edge = fc.integer({ min: 1, max: 20_000 });

describe('allowedSize', () => {
  it.each([
    ['gpt-image-1', { width: 4000, height: 3000 }, { width: 1536, height: 1024 }],
    ['gpt-image-1', { width: 700, height: 701 }, { width: 1024, height: 1024 }],
    ['gpt-image-2.5-flare', { width: 1280, height: 720 }, { width: 1280, height: 720 }],
    ['black-forest-labs/flux-1.1-pro', { width: 4000, height: 2000 }, { width: 1440, height: 736 }],
    ['black-forest-labs/flux-schnell', { width: 4032, height: 3024 }, { width: 1184, height: 888 }],
    ['google/veo-3', { width: 1000, height: 600 }, { width: 1280, height: 720 }],
  ])('fits a picture for %s to the nearest size that it offers', (id, picture, size) => {
    expect(allowedSize(model(id), picture)).toEqual(size);
  });

  it('keeps to the bounds and steps of free sizes whatever the picture', () => {
    const flux = model('black-forest-labs/flux-1.1-pro');
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const size = allowedSize(flux, { width, height });
        for (const length of [size?.width ?? 0, size?.height ?? 0]) {
          expect(length % 32).toBe(0);
          expect(length).toBeGreaterThanOrEqual(256);
          expect(length).toBeLessThanOrEqual(1440);
        }
      }),
    );
  });

  it('never turns a picture on its side where the model offers both ways', () => {
    for (const each of catalogue.mediaModels.filter(offersSizes)) {
      const wide = allowedSize(each, { width: 1600, height: 900 });
      expect(wide?.width).toBeGreaterThanOrEqual(wide?.height ?? Infinity);
    }
  });

  it('knows models without sizes', () => {
    expect(offersSizes(model('stability-ai/stable-diffusion-img2img'))).toBe(false);
    expect(offersSizes(model('minimax/video-01'))).toBe(false);
    expect(offersSizes(model('dall-e-3'))).toBe(true);
  });
});
