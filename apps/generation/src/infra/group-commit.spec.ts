import { GroupCommit } from './group-commit.js';

/** Commits when the test says so. */
function harness(mostItems = 3, mostWaiting = 10) {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const group = new GroupCommit<number, string>({
    mostItems,
    mostWaiting,
    overload: () => new Error('too many'),
    commit: async (items) => {
      groups.push([...items]);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (items.includes(13)) throw new Error('unlucky');
      return items.map((item) => `done ${item}`);
    },
  });
  const open = async (): Promise<void> => {
    gates.shift()?.();
    await new Promise(setImmediate);
  };
  return { group, groups, open };
}

it('commits a lone item at once, and what arrives meanwhile together', async () => {
  const { group, groups, open } = harness();
  const outcomes = Promise.all([1, 2, 3, 4, 5].map((item) => group.add(item)));
  expect(groups).toEqual([[1]]);
  await open();
  expect(groups).toEqual([[1], [2, 3, 4]]);
  await open();
  await open();
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  expect(await outcomes).toEqual([1, 2, 3, 4, 5].map((item) => `done ${item}`));
});

it('fails nobody because of somebody else', async () => {
  const { group, groups, open } = harness();
  const outcomes = Promise.allSettled([1, 2, 13].map((item) => group.add(item)));
  for (let turn = 0; turn < 4; turn += 1) await open();
  expect(groups).toEqual([[1], [2, 13], [2], [13]]);
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});

it('lets no more wait than it may', async () => {
  const { group, open } = harness(3, 2);
  const first = [1, 2, 3].map((item) => group.add(item));
  await expect(group.add(4)).rejects.toThrow('too many');
  await open();
  await open();
  await Promise.all(first);
  const later = group.add(5);
  await open();
  expect(await later).toBe('done 5');
});
