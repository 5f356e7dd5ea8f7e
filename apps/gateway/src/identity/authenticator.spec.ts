import { hashApiKey } from './api-key.js';
import type { ApiKeyRecord } from './api-key-store.js';
import { Authenticator } from './authenticator.js';

const record: ApiKeyRecord = {
  id: 'key-1',
  owner: 'sarah',
  name: null,
  scopes: ['read'],
  limits: null,
  createdAt: new Date(0),
  expiresAt: new Date(100_000),
  lastUsedAt: null,
};

function setUp() {
  let nowMs = 0;
  const lookedUp: string[] = [];
  const authenticator = new Authenticator({
    findKey: async (hash) => {
      lookedUp.push(hash);
      return hash === hashApiKey('right') ? record : undefined;
    },
    nowMs: () => nowMs,
  });
  return { authenticator, lookedUp, at: (ms: number) => (nowMs = ms) };
}

describe('an authenticator', () => {
  it('looks a key up once, then answers at once', async () => {
    const { authenticator, lookedUp } = setUp();
    expect((await authenticator.authenticate('right'))?.identity).toEqual({
      userId: 'sarah',
      scopes: ['read'],
      keyId: 'key-1',
    });
    expect(authenticator.authenticate('right')).not.toBeInstanceOf(Promise);
    expect(lookedUp).toHaveLength(1);
  });

  it('remembers refusals for a shorter time', async () => {
    const { authenticator, lookedUp, at } = setUp();
    await authenticator.authenticate('wrong');
    expect(authenticator.authenticate('wrong')).toBeUndefined();
    at(10_001);
    await authenticator.authenticate('wrong');
    expect(lookedUp).toHaveLength(2);
  });

  it('asks again after a while, so that a key revoked elsewhere ends', async () => {
    const { authenticator, lookedUp, at } = setUp();
    await authenticator.authenticate('right');
    at(30_001);
    await authenticator.authenticate('right');
    expect(lookedUp).toHaveLength(2);
  });

  it('never remembers a key beyond its expiry', async () => {
    const { authenticator, at } = setUp();
    at(99_000);
    await authenticator.authenticate('right');
    at(100_000);
    expect(authenticator.authenticate('right')).toBeInstanceOf(Promise);
  });

  it('looks up once for requests that come together', async () => {
    const { authenticator, lookedUp } = setUp();
    await Promise.all([authenticator.authenticate('right'), authenticator.authenticate('right')]);
    expect(lookedUp).toHaveLength(1);
  });

  it('forgets a revoked key at once', async () => {
    const { authenticator } = setUp();
    await authenticator.authenticate('right');
    authenticator.forget('key-1');
    expect(authenticator.authenticate('right')).toBeInstanceOf(Promise);
  });
});
