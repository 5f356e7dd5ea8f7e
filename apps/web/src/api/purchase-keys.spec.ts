import { ProblemError } from './problem.js';
import { PurchaseKeys } from './purchase-keys.js';

const lost = () => Promise.reject(new Error('no answer'));

describe('the key of a purchase', () => {
  let made = 0;
  let keys: PurchaseKeys;
  const sent: string[] = [];
  const take = async ({ idempotencyKey }: { idempotencyKey: string }) => void sent.push(idempotencyKey);
  beforeEach(() => {
    made = 0;
    sent.length = 0;
    keys = new PurchaseKeys(() => `key-${(made += 1)}`);
  });

  it('stays the same until the server has taken the request, so that a lost answer is not bought again', async () => {
    await expect(keys.send({ prompt: 'a cat' }, lost)).rejects.toThrow('no answer');
    await keys.send({ prompt: 'a cat' }, take);
    expect(sent).toEqual(['key-1']);
  });

  it('is another one once the request was taken: pressing again is a new wish', async () => {
    await keys.send({ prompt: 'a cat' }, take);
    await keys.send({ prompt: 'a cat' }, take);
    expect(sent).toEqual(['key-1', 'key-2']);
  });

  it('belongs to one request, whatever else is tried in between', async () => {
    await expect(keys.send({ prompt: 'a cat' }, lost)).rejects.toThrow('no answer');
    await keys.send({ prompt: 'a dog' }, take);
    await keys.send({ prompt: 'a cat' }, take);
    expect(sent).toEqual(['key-2', 'key-1']);
  });

  it.each([
    [422, 'MARKUP_REFUSED', 'key-2'],
    [409, 'IDEMPOTENCY_KEY_REUSED', 'key-2'],
    [409, 'CONFLICT', 'key-1'],
    [503, 'UNAVAILABLE', 'key-1'],
    [0, 'OFFLINE', 'key-1'],
  ])('after %d %s is %3$s', async (status, code, next) => {
    const refused = () => Promise.reject(new ProblemError({ status, code, detail: code }));
    await expect(keys.send('wish', refused)).rejects.toThrow(code);
    await keys.send('wish', take);
    expect(sent).toEqual([next]);
  });

  it('is forgotten for the oldest of very many', async () => {
    for (let index = 0; index < 21; index += 1) await expect(keys.send(index, lost)).rejects.toThrow('no answer');
    await keys.send(0, take);
    await keys.send(20, take);
    expect(sent).toEqual(['key-22', 'key-21']);
  });
});
