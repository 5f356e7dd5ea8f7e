import fc from 'fast-check';
import { blockText, blockTextWidth, toBlockLetters } from './block-letters.js';

it('lets nothing but coordinates out, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(blockText(toBlockLetters(text), { x: 3, y: 4, cell: 1.5 })).toMatch(/^[Mhvz0-9. -]*$/);
    }),
  );
});

it('draws different letters differently, and what it has no letter for as a box', () => {
  const draw = (text: string) => blockText(text, { x: 0, y: 0, cell: 1 });
  expect(draw('A')).not.toBe(draw('B'));
  expect(draw('東')).toBe(draw('京'));
  expect(draw(' ')).toBe('');
});

it('drops accents and control characters', () => {
  expect(toBlockLetters('  Crème\u0000\n brûlée ')).toBe('CREME BRULEE');
});

it('knows how wide a line will be', () => {
  expect(blockTextWidth(7, 2)).toBe(82);
});
