import { canSee, fillTemplate, type Preset } from './preset.js';

const preset = (changes: Partial<Preset>): Preset => ({
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir',
  negativePrompt: '',
  parameters: {},
  visibility: 'private',
  ownerId: 'sarah',
  useCount: 0,
  version: 1,
  ...changes,
});

it('puts the prompt in as it is, whatever it contains', () => {
  expect(fillTemplate('{prompt}, film noir', "$& $' {prompt}")).toBe("$& $' {prompt}, film noir");
});

it('shows a private preset to its owner and to administrators only', () => {
  const sees = (userId: string, admin = false): boolean => canSee({ userId, admin }, preset({}));
  expect([sees('sarah'), sees('omar'), sees('root', true)]).toEqual([true, false, true]);
  expect(canSee({ userId: 'omar', admin: false }, preset({ visibility: 'shared' }))).toBe(true);
});

it('belongs to nobody when it is built in, also not to a user without a name', () => {
  expect(canSee({ userId: '', admin: false }, preset({ ownerId: '', visibility: 'builtin' }))).toBe(true);
});
