import fc from 'fast-check';
import { fitSize } from './fit-size.js';

const limits = { step: 16, minPixels: 655_360, maxPixels: 8_294_400, maxEdge: 3840, maxRatio: 3 };
const edge = fc.integer({ min: 1, max: 20_000 });

describe('fitSize', () => {
  it('always answers a size within the limits', () => {
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const size = fitSize({ width, height }, limits);
        expect([size.width % 16, size.height % 16]).toEqual([0, 0]);
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(limits.maxEdge);
        expect(size.width * size.height).toBeGreaterThanOrEqual(limits.minPixels);
        expect(size.width * size.height).toBeLessThanOrEqual(limits.maxPixels);
        expect(Math.max(size.width / size.height, size.height / size.width)).toBeLessThanOrEqual(limits.maxRatio);
        expect(Math.sign(size.width - size.height) * Math.sign(width - height)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [1024, 1024],
    [1536, 1024],
    [3840, 2160],
    [1280, 720],
  ])('leaves %ix%i alone', (width, height) => {
    expect(fitSize({ width, height }, limits)).toEqual({ width, height });
  });
});
