import { tagKey } from './reference.js';

it.each(['sarah', 'sarah_2', 'my-dress', 'سارة', '小明', 'हिन्दी', 'é'])('takes letters of any script: %s', (tag) => {
  expect(tagKey(tag)).toBe(tag.normalize('NFC'));
});

it('knows a tag in upper and lower case and however it is composed', () => {
  expect(tagKey('Sarah')).toBe('sarah');
  expect(tagKey('Zoe\u0308')).toBe(tagKey('zoë'));
});

it.each(['', '@sarah', 'a b', 'a/b', 'a\u0000', 'a.b', '😀', 'x'.repeat(51)])('refuses what is no tag: %j', (tag) => {
  expect(tagKey(tag)).toBeUndefined();
});
