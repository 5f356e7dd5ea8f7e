import { canaryBucketOf } from '@atelier/identity';
import type { ServiceFleet } from '@atelier/local-servers';
import type { Seeded } from '../kills/seeded.js';
import type { Calls } from './calls.js';
import type { CanaryEnvoy } from './canary-envoy.js';
import type { Rollout } from './rollout.js';
import { plan } from './steady-load.js';

/** How calls were split at one weight. */
export interface SplitFigures {
  readonly weight: number;
  readonly requests: number;
  readonly canary: number;
  /** Standard deviations from what the weight promises. */
  readonly deviation: number;
}

/** Calls of one user after the other. */
const callsOfOneUser = 10;

/** Whether each call went where its user belongs, and whether the shares are those of the weight. */
export async function checkSplit(
  calls: Calls,
  { weight, users, sticky }: { weight: number; users: readonly string[]; sticky: readonly string[] },
  random: Seeded,
): Promise<{ figures: SplitFigures; violations: string[] }> {
  const violations: string[] = [];
  const answers = await calls.forUsers(users);
  const again = sticky.flatMap((user) => Array.from({ length: callsOfOneUser }, () => user));
  const mixed = again.map((user) => [random.next(), user] as const).toSorted(([one], [other]) => one - other);
  const repeated = await calls.forUsers(mixed.map(([, user]) => user));
  const expected = (userId: string): string => (canaryBucketOf(userId) >= 100 - weight ? 'v2' : 'v1');
  const failed = [...answers, ...repeated].filter(({ version }) => version === '').length;
  if (failed > 0) violations.push(`${failed} calls failed at ${weight} %`);
  const astray = [...answers, ...repeated].filter(
    ({ userId, version }) => version !== '' && version !== expected(userId),
  );
  if (astray.length > 0)
    violations.push(`${astray.length} calls at ${weight} % were not answered by their user's version`);
  const canary = answers.filter(({ version }) => version === 'v2').length;
  const share = weight / 100;
  const deviation = (canary - users.length * share) / Math.sqrt(users.length * share * (1 - share));
  if (canary === 0) violations.push(`nobody was sent to the canary at ${weight} %`);
  if (Math.abs(deviation) > 3)
    violations.push(`${canary} of ${users.length} calls at ${weight} % are ${deviation.toFixed(1)} σ off`);
  return { figures: { weight, requests: users.length, canary, deviation }, violations };
}

interface Forcing {
  readonly calls: Calls;
  readonly fleet: ServiceFleet;
  readonly adminKey: string;
  /** Of a user. */
  readonly token: string;
  readonly rollout: Rollout;
}

/** Whether callers get the version that they ask for, and only administrators may ask over REST. */
export async function checkForced({ calls, fleet, adminKey, token, rollout }: Forcing): Promise<string[]> {
  const violations: string[] = [];
  const users = ['anna', 'ben', 'carla', 'dan'];
  for (const [wish, version] of [
    ['classifier=canary', 'v2'],
    ['classifier=v2', 'v2'],
    ['analytics=v9,classifier=canary', 'v2'],
    ['classifier=stable', 'v1'],
    ['model-selector=canary', 'v1'],
  ] as const) {
    const answers = await calls.forUsers(users, 4, wish);
    if (answers.some((one) => one.version !== version)) violations.push(`${wish} did not lead to ${version}`);
  }
  const atCanary = async (): Promise<number> => (await rollout.canary[0]?.classifications()) ?? 0;
  const asks = async (credential: string, count: number): Promise<number> => {
    const before = await atCanary();
    for (let turn = 0; turn < count; turn += 1) {
      const failure = await plan(fleet.gatewayUrl, credential, `a forced lighthouse ${turn}`, {
        'x-canary': 'classifier=canary',
      });
      if (failure) violations.push(`a plan with X-Canary failed: ${failure}`);
    }
    return (await atCanary()) - before;
  };
  if ((await asks(adminKey, 5)) !== 5) violations.push('plans of an administrator did not go to the version asked for');
  if ((await asks(token, 5)) !== 0) violations.push('a user chose a version');
  return violations;
}

interface Bands {
  /** Weights in percent. */
  readonly steps: readonly number[];
  readonly envoy: CanaryEnvoy;
  readonly fleet: ServiceFleet;
  readonly rollout: Rollout;
  readonly people: readonly (readonly [string, string])[];
}

/** Whether the gateway's batches keep to their bands: each version has to have classified exactly its users' prompts. */
export async function checkBands({ steps, envoy, fleet, rollout, people }: Bands): Promise<string[]> {
  const violations: string[] = [];
  for (const weight of steps.filter((step) => step < 100)) {
    await envoy.setWeight(weight);
    const counted = async (): Promise<number> =>
      (await Promise.all(rollout.canary.map((one) => one.classifications()))).reduce((sum, one) => sum + one, 0);
    const before = await counted();
    // All at once: that is when calls travel together.
    const failures = await Promise.all(
      people.map(([, token], turn) => plan(fleet.gatewayUrl, token, `a lighthouse of band ${weight} and turn ${turn}`)),
    );
    const failed = failures.find((failure) => failure !== undefined);
    if (failed) violations.push(`a plan of many at once failed: ${failed}`);
    const expected = people.filter(([userId]) => canaryBucketOf(userId) >= 100 - weight).length;
    const seen = (await counted()) - before;
    if (seen !== expected)
      violations.push(`at ${weight} % v2 classified ${seen} prompts of the gateway instead of ${expected}`);
  }
  return violations;
}
