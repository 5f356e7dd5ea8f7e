import { complete, completionAt, helpfulOf } from './completion-at.js';

/** `|` is the caret. */
function at(marked: string) {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  return { text, caret, typed: completionAt(text, caret) };
}

describe('an @', () => {
  it.each([
    ['@|', ''],
    ['paint @sa|', 'sa'],
    ['paint (@sar-ah_2|)', 'sar-ah_2'],
    ['画@花|', undefined],
    ['mail me@exa|', undefined],
    ['@ |', undefined],
  ])('in %s asks for references like %s', (marked, query) => {
    const { typed } = at(marked);
    expect(typed?.kind === 'reference' ? typed.query : undefined).toBe(query);
  });

  it('is completed with the whole tag, also from its middle', () => {
    const { text, typed } = at('paint @sa|ra as a queen');
    expect(typed && complete(text, typed, '@sarah')).toEqual({ text: 'paint @sarah as a queen', caret: 13 });
  });

  it('gets a space behind it where there is none', () => {
    const { text, typed } = at('paint @sa|');
    expect(typed && complete(text, typed, '@sarah')).toEqual({ text: 'paint @sarah ', caret: 13 });
  });
});

describe('a phrase', () => {
  it.each([
    ['portr|', 'portr'],
    ['a cat, golden ho|', 'golden ho'],
    ['a cat, gold|, 8k', 'gold'],
    ['a|', undefined],
    ['a c|at', undefined],
    ['a cat, |', undefined],
    [`${'a very long sentence '.repeat(4)}|`, undefined],
  ])('in %s is %s', (marked, query) => {
    const { typed } = at(marked);
    expect(typed?.query).toBe(query);
  });

  it('is replaced and what stands around it stays', () => {
    const { text, typed } = at('a cat,  gold|, 8k');
    expect(typed && complete(text, typed, 'golden hour lighting').text).toBe('a cat,  golden hour lighting, 8k');
  });
});

it('suggests neither what is typed already nor far relatives of whole sentences', () => {
  const uhd = { text: '8k uhd', match_type: 'prefix' };
  const far = (text: string) => ({ text, match_type: 'semantic' });
  expect(helpfulOf('8K uhd', [uhd])).toEqual([]);
  expect(helpfulOf('a cat sitting on', [far('close-up shot'), uhd])).toEqual([uhd]);
  expect(helpfulOf('kitty', [far('a'), far('b'), uhd, far('c'), far('d')]).map(({ text }) => text)).toEqual([
    '8k uhd',
    'a',
    'b',
    'c',
  ]);
});
