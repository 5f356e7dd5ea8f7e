import { entityTagOf, meets } from './entity-tag.js';
import type { Preset } from './preset.js';

const made = new Date('2026-11-21T12:00:00Z');
const stored: Preset = {
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir',
  negativePrompt: '',
  parameters: {},
  visibility: 'private',
  ownerId: 'sarah',
  useCount: 3,
  version: 2,
  createTime: made,
};

it('differs by version and by the making, and not by uses', () => {
  const tags = [stored, { ...stored, version: 3 }, { ...stored, createTime: new Date(made.getTime() + 1) }];
  expect(new Set(tags.map(entityTagOf)).size).toBe(3);
  expect(entityTagOf({ ...stored, useCount: 99 } as Preset)).toBe(entityTagOf(stored));
  for (const tag of tags.map(entityTagOf)) expect(tag).toMatch(/^"[\x21\x23-\x7e]+"$/);
});

it('is met by its own tag, by any, and by nothing asked; never by a weak one', () => {
  const tag = entityTagOf(stored);
  expect([meets([], stored), meets(['*'], stored), meets(['"x"', tag], stored)]).toEqual([true, true, true]);
  expect([meets(['"x"'], stored), meets([`W/${tag}`], stored)]).toEqual([false, false]);
});
