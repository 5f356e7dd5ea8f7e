import { SharedWork } from './shared-work.js';

function build() {
  const begun: { finish: (value: string) => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const shared = new SharedWork<string>();
  const work = (signal: AbortSignal): Promise<string> =>
    new Promise((finish, fail) => {
      begun.push({ finish, fail, signal });
    });
  return { begun, ask: (signal?: AbortSignal, key = 'k') => shared.share(key, work, signal) };
}

describe('SharedWork', () => {
  it('does the same thing once for all who wait', async () => {
    const { begun, ask } = build();
    const all = [ask(), ask(), ask(undefined, 'other')];
    expect(begun).toHaveLength(2);
    begun[0]?.finish('one');
    begun[1]?.finish('two');
    expect(await Promise.all(all)).toEqual(['one', 'one', 'two']);
  });

  it('begins anew after an end, good or bad', async () => {
    const { begun, ask } = build();
    const first = ask();
    begun[0]?.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    const second = ask();
    begun[1]?.finish('yes');
    expect(await second).toBe('yes');
  });

  it('lets one leave without taking the work from the others', async () => {
    const { begun, ask } = build();
    const leaving = new AbortController();
    const gone = ask(leaving.signal);
    const stays = ask();
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.finish('done');
    expect(await stays).toBe('done');
  });

  it('abandons the work when the last one has left, and nobody joins it any more', async () => {
    const { begun, ask } = build();
    const leaving = new AbortController();
    const gone = ask(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(begun[0]?.signal.reason).toEqual(new Error('gone'));
    const next = ask();
    begun[1]?.finish('fresh');
    expect(await next).toBe('fresh');
    await expect(ask(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(begun).toHaveLength(2);
  });
});
