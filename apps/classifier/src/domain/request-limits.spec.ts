import { contextViolations, promptViolations } from './request-limits.js';

const nothing = { workingImages: 0, uploadedImages: 0, references: [] };

describe('promptViolations', () => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \n\t\u00a0\u3000'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['direction marks', '\u202e\u202c\u2066\u2069\u061c'],
    ['control characters', '\u0000\u0007\u001b'],
    ['tag characters', '\u{e0041}\u{e007f}'],
    ['variation selectors and fillers', '\ufe0f\u3164\uffa0\u2800'],
    ['half characters', '\ud800'],
    ['2,001 characters', 'a'.repeat(2_001)],
    ['2,001 emoji', '🦊'.repeat(2_001)],
    ['a megabyte', 'a'.repeat(1_000_000)],
  ])('refuse a prompt of %s', (_, prompt) => {
    expect(promptViolations(prompt)).toEqual([{ field: 'prompt', message: 'must have 1 to 2000 characters' }]);
  });

  it.each([
    ['one letter', 'a'],
    ['one emoji', '🦊'],
    ['an emoji family', '👨‍👩‍👧‍👦'],
    ['one letter among invisible ones', '\u202ea\u202c'],
    ['2,000 characters and blanks around', `  ${'a'.repeat(2_000)}  `],
    ['2,000 emoji', '🦊'.repeat(2_000)],
    ['punctuation', '?'],
  ])('let a prompt of %s pass', (_, prompt) => {
    expect(promptViolations(prompt)).toEqual([]);
  });
});

describe('contextViolations', () => {
  it.each([
    ['context.working_images', { workingImages: -1 }],
    ['context.working_images', { workingImages: 65 }],
    ['context.uploaded_images', { uploadedImages: 2_147_483_647 }],
    ['context.references', { references: Array.from({ length: 10_000 }, (_, at) => `t${at}`) }],
    ['context.references', { references: ['x'.repeat(101)] }],
    ['context.references', { references: [''] }],
  ])('name %s', (field, over) => {
    expect(contextViolations({ ...nothing, ...over }).map((one) => one.field)).toEqual([field]);
  });

  it('let what people have pass', () => {
    expect(contextViolations({ workingImages: 8, uploadedImages: 8, references: ['lena'] })).toEqual([]);
  });
});
