import { createHmac } from 'node:crypto';
import { newGeneration } from '../../test/generation-fixture.js';
import { CancelAtProvider } from './cancel-at-provider.js';
import type { Generation } from './generation.js';
import type { ListedJob, Purchase } from './purchase.js';
import { ReceiveWebhook } from './receive-webhook.js';

const secret = `whsec_${Buffer.from('secret').toString('base64')}`;
const nowMs = 1_795_000_000_000;
const purchase: Purchase = {
  attemptId: 'attempt-1',
  generationId: 'generation-1',
  provider: 'replicate',
  modelId: 'model-a',
  startTimeMs: nowMs,
  fingerprint: { fields: [], inputHash: '', imageFields: [], imagesHash: '' },
  uploads: [],
  token: 'token-1',
};

/** The service around the receiver, as it stands before a message comes. */
class Surroundings {
  jobId: string | undefined;
  generation: Generation | undefined = newGeneration({ generationId: 'generation-1', state: 'running' });
  confirmation: ListedJob | 'not_its_own' | 'unreachable' = { id: 'p1', likeness: 'same' };
  isNoted = true;
  readonly taken = new Set<string>();
  readonly told: string[] = [];

  readonly receiver = new ReceiveWebhook({
    secrets: async (provider) => (provider === 'replicate' ? [secret] : []),
    receipts: {
      take: async (_provider, id) => !this.taken.has(id) && this.taken.add(id) !== undefined,
      giveBack: async (_provider, id) => void this.taken.delete(id),
    },
    purchases: {
      findNamed: async (_provider, { token, jobId }) =>
        token === 'token-1' || (token === '' && jobId === this.jobId) ? { purchase, jobId: this.jobId } : undefined,
    },
    store: {
      find: async () => this.generation,
      noteProviderJob: async (_attemptId, jobId) => {
        this.told.push(`note ${jobId}`);
        return this.isNoted;
      },
    },
    memory: {
      identify: async (_purchase, jobId) => {
        this.told.push(`identify ${jobId}`);
        return this.confirmation;
      },
    },
    cancelAtProvider: new CancelAtProvider(
      {
        cancellationsDue: async () => {
          this.told.push('cancel');
          return [];
        },
        cancellationDone: async () => {},
      },
      { cancel: async () => true },
    ),
    wake: async (generationId) => void this.told.push(`wake ${generationId}`),
    clock: { now: () => nowMs },
  });

  receive({ id = 'msg_1', token = 'token-1', provider = 'replicate', content = '{"id":"p1"}', key = secret } = {}) {
    const body = Buffer.from(content);
    const timestamp = String(nowMs / 1_000);
    const hmac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'));
    const signatures = `v1,${hmac.update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
    return this.receiver.run({ provider, id, timestamp, signatures, body, token });
  }
}

let around: Surroundings;
beforeEach(() => (around = new Surroundings()));

it('wakes whoever follows the job, and believes nothing else of the message', async () => {
  around.jobId = 'p1';
  expect(await around.receive({ content: '{"id":"p1","status":"succeeded","output":"https://evil.example"}' })).toBe(
    'accepted',
  );
  expect(around.told).toEqual(['wake generation-1']);
});

it('finds the attempt by its job when the address lost the token', async () => {
  around.jobId = 'p1';
  expect(await around.receive({ token: '' })).toBe('accepted');
});

it('gives the job to the attempt that it names, after the provider confirmed it', async () => {
  expect(await around.receive()).toBe('accepted');
  expect(around.told).toEqual(['identify p1', 'note p1', 'wake generation-1']);
});

it('counts once, however often it comes', async () => {
  around.jobId = 'p1';
  expect([await around.receive(), await around.receive(), await around.receive({ id: 'msg_2' })]).toEqual([
    'accepted',
    'duplicate',
    'accepted',
  ]);
  expect(around.told).toHaveLength(2);
});

it('counts again after the provider could not be asked', async () => {
  around.confirmation = 'unreachable';
  expect(await around.receive()).toBe('provider_unreachable');
  around.confirmation = { id: 'p1', likeness: 'same' };
  expect(await around.receive()).toBe('accepted');
});

it('does nothing when everything is decided, but stops what was cancelled', async () => {
  around.jobId = 'p1';
  around.generation = newGeneration({ state: 'succeeded' });
  expect(await around.receive()).toBe('too_late');
  around.generation = undefined;
  expect(await around.receive({ id: 'msg_2' })).toBe('too_late');
  expect(around.told).toEqual([]);
  around.jobId = undefined;
  around.generation = newGeneration({ state: 'cancelled' });
  expect(await around.receive({ id: 'msg_3' })).toBe('too_late');
  expect(around.told).toEqual(['identify p1', 'note p1', 'cancel']);
});

it.each([
  ['forged', { key: `whsec_${Buffer.from('other').toString('base64')}` }],
  ['not_used', { provider: 'openai' }],
  ['malformed', { content: 'no json' }],
  ['malformed', { content: '{"id":"../p1"}' }],
  ['malformed', { content: '[]' }],
  ['malformed', { id: 'a.b' }],
  ['unknown_job', { token: 'token-2' }],
  ['unknown_job', { token: '' }],
])('answers %s and does nothing for %j', async (outcome, message) => {
  expect(await around.receive(message)).toBe(outcome);
  expect(around.told).toEqual([]);
});

it('changes nothing when the attempt has another job, the job another attempt, or the provider says otherwise', async () => {
  around.jobId = 'p2';
  expect(await around.receive()).toBe('unknown_job');
  around.jobId = undefined;
  around.confirmation = 'not_its_own';
  expect(await around.receive({ id: 'msg_2' })).toBe('unknown_job');
  around.confirmation = { id: 'p1', likeness: 'same' };
  around.isNoted = false;
  expect(await around.receive({ id: 'msg_3' })).toBe('unknown_job');
  expect(around.told).not.toContain('wake generation-1');
});
