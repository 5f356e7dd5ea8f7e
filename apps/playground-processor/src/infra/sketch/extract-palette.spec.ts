import { converter, differenceEuclidean } from 'culori';
import fc from 'fast-check';
import { extractPalette } from './extract-palette.js';

const pixelsOf = (...colours: readonly (readonly [rgb: readonly number[], times: number])[]): Uint8Array =>
  Uint8Array.from(colours.flatMap(([rgb, times]) => Array.from({ length: times }, () => rgb).flat()));

const picture = fc
  .array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), { minLength: 1, maxLength: 200 })
  .map((colours) => Uint8Array.from(colours.flat()));
const difference = differenceEuclidean('oklab');
const toOklab = converter('oklab');

describe('extractPalette', () => {
  it('has at most so many colours, whose shares are above 0, fall, and add up to 1', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 1, max: 16 }), (pixels, count) => {
        const shares = extractPalette({ pixels, count }).map(({ share }) => share);
        expect(shares.length).toBeGreaterThan(0);
        expect(shares.length).toBeLessThanOrEqual(count);
        expect(shares).toEqual(shares.toSorted((one, other) => other - one));
        expect(Math.min(...shares)).toBeGreaterThan(0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('never has two colours that look alike', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 2, max: 16 }), (pixels, count) => {
        const colours = extractPalette({ pixels, count }).map(({ hex }) => toOklab(hex) ?? hex);
        colours.forEach((one, at) =>
          colours.slice(at + 1).forEach((other) => expect(difference(one, other)).toBeGreaterThan(0.05)),
        );
      }),
    );
  });

  it('is the same for the same pixels', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 1, max: 16 }), (pixels, count) => {
        expect(extractPalette({ pixels, count })).toEqual(extractPalette({ pixels, count }));
      }),
    );
  });

  it('has one colour for a picture of one colour', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), fc.integer({ min: 1, max: 16 }), (rgb, count) => {
        const hex = `#${Buffer.from(rgb).toString('hex')}`;
        expect(extractPalette({ pixels: pixelsOf([rgb, 50]), count })).toEqual([{ hex, share: 1 }]);
      }),
    );
  });

  it('names the colours that a drawing really has, white paper with its honest share', () => {
    const drawing = pixelsOf([[255, 255, 255], 900], [[16, 16, 24], 60], [[245, 197, 66], 30], [[76, 159, 80], 10]);
    expect(extractPalette({ pixels: drawing, count: 6 })).toEqual([
      { hex: '#ffffff', share: 0.9 },
      { hex: '#101018', share: 0.06 },
      { hex: '#f5c542', share: 0.03 },
      { hex: '#4c9f50', share: 0.01 },
    ]);
  });

  it('keeps a small different colour rather than shades of a large one', () => {
    const blues = Array.from({ length: 60 }, (_, at) => [[20, 40 + at * 2, 120 + at * 2], 16] as const);
    const palette = extractPalette({ pixels: pixelsOf([[250, 40, 30], 40], ...blues), count: 3 });
    expect(palette.map(({ hex }) => hex)).toContain('#fa281e');
  });
});
