import { Room } from './room.js';

const at = (ownerId: string, provider: string) => ({ ownerId, provider });

it('admits no more than the caps of user and provider, counting what runs and what was taken', () => {
  const running = [
    { ownerId: 'ann', provider: 'replicate', count: 1 },
    { ownerId: 'bob', provider: 'openai', count: 2 },
  ];
  const room = new Room({ perUser: 2, perProvider: 3 }, running);
  expect(room.admits(at('bob', 'replicate'))).toBe(false);
  expect(room.admits(at('ann', 'openai'))).toBe(true);
  room.take(at('ann', 'openai'));
  expect(room.admits(at('ann', 'replicate'))).toBe(false);
  expect(room.admits(at('cy', 'openai'))).toBe(false);
  expect(room.admits(at('cy', 'replicate'))).toBe(true);
  expect(room.fullOwners().toSorted()).toEqual(['ann', 'bob']);
  expect(room.fullProviders()).toEqual(['openai']);
});

it('admits nothing for a paused provider', () => {
  const room = new Room({ perUser: 2, perProvider: 3 }, [], new Set(['openai']));
  expect(room.admits(at('ann', 'openai'))).toBe(false);
  expect(room.admits(at('ann', 'replicate'))).toBe(true);
  expect(room.fullProviders()).toEqual(['openai']);
});
