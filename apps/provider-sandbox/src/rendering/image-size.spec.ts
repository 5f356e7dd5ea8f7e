import fc from 'fast-check';
import { sizeForAspectRatio, sizeForShape } from './image-size.js';

it('answers the sizes that the models answer', () => {
  expect(sizeForAspectRatio('16:9')).toEqual({ width: 1344, height: 768 });
  expect(sizeForAspectRatio('1:1', 0.25)).toEqual({ width: 512, height: 512 });
  expect(sizeForAspectRatio('1:1', 4)).toEqual({ width: 2048, height: 2048 });
});

it('answers nothing for what is no ratio', () => {
  expect(sizeForAspectRatio('match_input_image')).toBeUndefined();
});

it('keeps within what can be rendered, whatever the shape', () => {
  const side = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(0.25, 1, 4), (width, height, megapixels) => {
      const size = sizeForShape({ width, height }, megapixels);
      for (const length of [size.width, size.height]) {
        expect(length % 32).toBe(0);
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(6000);
      }
    }),
  );
});
