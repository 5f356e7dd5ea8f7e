import { paintOver } from './paint-over.js';

const width = 60;
const height = 40;
type Rgb = readonly [number, number, number];

function picture(colourAt: (x: number, y: number) => Rgb): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: width * height }, (_, at) => colourAt(at % width, Math.floor(at / width))).flat(),
  );
}

const box = (left: number, top: number, right: number, bottom: number) => ({
  corners: [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ],
});
const at = (pixels: Uint8Array, x: number, y: number): number[] =>
  Array.from(pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));

describe('paintOver', () => {
  it('leaves nothing of what was in a part, and everything outside of it', () => {
    const letters = (x: number, y: number): boolean => x >= 20 && x < 40 && y >= 15 && y < 25;
    const before = picture((x, y) => (letters(x, y) ? [0, 0, 0] : [200, 180, 160]));
    const after = paintOver({ pixels: before.slice(), width, height, parts: [box(20, 15, 40, 25)] });
    expect(new Set(after)).toEqual(new Set([200, 180, 160]));
  });

  it('goes on with light and shadow behind the part', () => {
    const before = picture((x) => [x * 4, x * 4, x * 4]);
    const after = paintOver({ pixels: before.slice(), width, height, parts: [box(20, 10, 40, 30)] });
    const [left = 0] = at(after, 21, 20);
    const [right = 0] = at(after, 39, 20);
    expect(left).toBeLessThan(right - 20);
    expect(at(after, 5, 20)).toEqual(at(before, 5, 20));
  });

  it('paints over a turned part within its corners only', () => {
    const before = picture(() => [10, 20, 30]);
    const spot = (10 * width + 12) * 3;
    before.fill(255, spot, spot + 3);
    const turned = [
      { x: 30, y: 8 },
      { x: 44, y: 20 },
      { x: 30, y: 32 },
      { x: 16, y: 20 },
    ];
    const after = paintOver({ pixels: before.slice(), width, height, parts: [{ corners: turned }] });
    expect(at(after, 12, 10)).toEqual([255, 255, 255]);
  });

  it('does not fall over the edge of the picture', () => {
    const before = picture(() => [9, 9, 9]);
    const parts = [box(-5, -5, 8, 8), box(52, 30, 70, 60)];
    expect(paintOver({ pixels: before.slice(), width, height, parts })).toEqual(before);
  });

  it('leaves a picture alone all of which is a part: there is nothing to paint with', () => {
    const before = picture((x, y) => [x, y, 0]);
    expect(paintOver({ pixels: before.slice(), width, height, parts: [box(0, 0, width, height)] })).toEqual(before);
  });
});
