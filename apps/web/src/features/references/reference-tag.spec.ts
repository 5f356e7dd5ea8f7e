import { matches, suggestTag, tagProblem } from './reference-tag.js';

describe('a tag', () => {
  it.each(['sarah', 'Élodie', '小明', 'red-dress_2', '@sarah'])('may be %s', (tag) => {
    expect(tagProblem(tag)).toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['longer than 50 characters', 'x'.repeat(51)],
    ['two words', 'red dress'],
    ['an address', 'sarah@host'],
    ['reserved, however it is written', 'Prompt'],
  ])('is refused when it is %s', (_what, tag) => {
    expect(tagProblem(tag)).toBeDefined();
  });

  it('is taken by one that only looks different', () => {
    expect(tagProblem('E\u0301lodie', ['élodie'])).toMatch(/already/);
  });
});

describe('a suggested tag', () => {
  it.each([
    ['Sarah (2).jpg', 'sarah_2'],
    ['Été à Paris.PNG', 'été_à_paris'],
    ['image.png', 'reference'],
    ['  .webp', 'reference'],
  ])('of %s is %s', (file, tag) => {
    expect(suggestTag(file)).toBe(tag);
  });

  it('is one that can be given, whatever is taken', () => {
    const taken = ['photo', 'Photo_2'];
    const tag = suggestTag('photo.jpg', taken);
    expect(tag).toBe('photo_3');
    expect(tagProblem(tag, taken)).toBeUndefined();
  });
});

it('finds references by parts of tag and name', () => {
  const sarah = { tag: 'sarah', name: 'My sister' };
  expect(['@sar', 'SISTER', ' '].map((query) => matches(sarah, query))).toEqual([true, true, true]);
  expect(matches(sarah, 'ben')).toBe(false);
});
