import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canaryBucketOf } from '@atelier/identity';
import type { ServiceFleet } from '@atelier/local-servers';
import { startFleet } from '../fleet.js';
import { Seeded } from '../kills/seeded.js';
import { Calls } from './calls.js';
import { CanaryEnvoy } from './canary-envoy.js';
import { checkBands, checkForced, checkSplit, type SplitFigures } from './checks.js';
import { Observed } from './observed.js';
import { Rollout } from './rollout.js';
import { SteadyLoad, userToken } from './steady-load.js';

/** How much is proven, and how fast. */
export interface CanaryRun {
  /** A PostgreSQL server for the gateway's and the services' database. */
  readonly server: string;
  readonly seed: number;
  /** Calls at each weight whose split is counted, each by a user of its own. */
  readonly requests: number;
  /** Weights in percent, in order. */
  readonly steps: readonly number[];
  /** Arguments of the chart's analysis that differ from those in the cluster. */
  readonly arguments: Readonly<Record<string, string>>;
  /** How many times faster than in the cluster versions are judged. */
  readonly hurry: number;
  readonly scrapeInterval: string;
  readonly log?: (line: string) => void;
}

/** What was seen. */
export interface CanaryReport {
  readonly splits: readonly SplitFigures[];
  /** Plans over REST from the beginning to the end, and those that failed while no version was made to fail. */
  readonly plans: number;
  readonly failedPlans: number;
  /** Of users whom the failing version was not for. */
  readonly failedPlansOfOthers: number;
  /** Seconds from the first failure of a version to the last user's way back. */
  readonly rolledBackInS: number;
  readonly rolledBackBecause: string;
  readonly undoneWithoutMetricsBecause: string;
  readonly seconds: number;
  /** One sentence each: empty when everything was as promised. */
  readonly violations: readonly string[];
}

const identitySecret = 'one-secret-for-the-services-of-a-canary';
const jwtSecret = 'one-secret-for-the-tokens-of-its-users!';
const adminKey = 'an-administrator-key-for-a-canary-that-is-watched';
const steadyUsers = 300;

/** Rolls versions of the classifier out behind a real Envoy while the real gateway is used, and counts who got what. */
export async function proveCanary(run: CanaryRun): Promise<CanaryReport> {
  const log = run.log ?? (() => {});
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'atelier-canary-'));
  for (const name of ['envoy', 'prometheus', 'data']) mkdirSync(join(folder, name));
  const closing: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const envoy = await CanaryEnvoy.start('classifier', join(folder, 'envoy'), join(folder, 'envoy.log'));
    closing.push(() => envoy.stop());
    const observed = await Observed.start(join(folder, 'prometheus'), run.scrapeInterval);
    closing.push(() => observed.stop());
    log('starting the gateway and what it plans with');
    const services = ['gateway', 'model-selector', 'presets'] as const;
    const fleet = await startFleet({ server: run.server, adminKey, env: settingsOf(run, envoy), services });
    closing.push(() => fleet.stop());
    const env = { ...process.env, ...settingsOf(run, envoy), ...addresses(fleet), DATA_DIR: join(folder, 'data') };
    const { hurry, arguments: given } = run;
    const rollout = new Rollout('classifier', {
      envoy,
      observed,
      env,
      replicas: 2,
      analysis: { arguments: given, hurry },
      log,
    });
    closing.push(() => rollout.stop());
    const calls = new Calls(envoy.address, identitySecret);
    closing.push(() => calls.close());
    return { ...(await prove({ run, log, envoy, fleet, rollout, calls })), seconds: secondsSince(startedAt) };
  } finally {
    for (const step of closing.toReversed()) await step();
  }
}

interface Parts {
  readonly run: CanaryRun;
  readonly log: (line: string) => void;
  readonly envoy: CanaryEnvoy;
  readonly fleet: ServiceFleet;
  readonly rollout: Rollout;
  readonly calls: Calls;
}

async function prove({ run, log, envoy, fleet, rollout, calls }: Parts): Promise<Omit<CanaryReport, 'seconds'>> {
  const violations: string[] = [];
  const random = new Seeded(run.seed);
  const newUsers = (count: number): string[] => Array.from({ length: count }, () => `user-${random.next()}`);
  const splits: SplitFigures[] = [];
  const people = newUsers(steadyUsers).map((user) => [user, userToken(user, jwtSecret)] as const);

  await rollout.install('v1');
  await calls.forUsers(newUsers(200));
  const load = new SteadyLoad(fleet.gatewayUrl, people, 4);

  log('v2 beside v1: nobody is sent there but who asks for it');
  await rollout.begin('v2');
  violations.push(...(await checkForced({ calls, fleet, adminKey, rollout, token: people[0]?.[1] ?? '' })));
  for (const weight of run.steps.filter((step) => step < 100)) {
    await envoy.setWeight(weight);
    const split = await checkSplit(calls, { weight, users: newUsers(run.requests), sticky: newUsers(40) }, random);
    // Judged under an even load: the rush of the count would be compared with the calm before it.
    const verdict = await whileCalling(calls, () => newUsers(200), rollout.judge());
    splits.push(split.figures);
    violations.push(...split.violations);
    const { canary, requests, deviation } = split.figures;
    log(
      `${weight} %: ${canary} of ${requests} at v2 (${deviation.toFixed(2)} σ); judged ${verdict.outcome} by ${verdict.reason}`,
    );
    if (verdict.outcome !== 'successful') violations.push(`v2 was judged ${verdict.outcome} by ${verdict.reason}`);
  }
  await load.stop();
  violations.push(...(await checkBands({ steps: run.steps, envoy, fleet, rollout, people })));
  const steady = new SteadyLoad(fleet.gatewayUrl, people, 4);
  await rollout.promote();
  const promoted = await calls.forUsers(newUsers(200));
  if (promoted.some(({ version }) => version !== 'v2')) violations.push('somebody still got v1 after 100 %');

  log('every replica is replaced, and one is told to stop in the middle of its work');
  await rollout.restart();
  await rollout.surprise();
  await steady.stop();
  const early = [...load.failures, ...steady.failures];
  if (early.length > 0) violations.push(`${early.length} plans failed, the first: ${early[0]?.what}`);

  log('v3 fails');
  const failing = await rollBackFailing({ run, envoy, fleet, rollout, calls, people, newUsers });
  violations.push(...failing.violations);
  log(`rolled back after ${failing.seconds.toFixed(1)} s by ${failing.reason}`);

  log('v4 tells nothing');
  await rollout.begin('v4', { observe: false });
  await envoy.setWeight(run.steps[0] ?? 1);
  const silent = await rollout.judge();
  await rollout.rollBack();
  if (silent.outcome !== 'failed') violations.push(`a version without metrics was judged ${silent.outcome}`);

  return {
    splits,
    plans: load.requests + steady.requests + failing.plans,
    failedPlans: early.length,
    failedPlansOfOthers: failing.failedOfOthers,
    rolledBackInS: failing.seconds,
    rolledBackBecause: failing.reason,
    undoneWithoutMetricsBecause: silent.reason,
    violations,
  };
}

type Failing = Omit<Parts, 'log'> & {
  readonly people: readonly (readonly [string, string])[];
  readonly newUsers: (count: number) => string[];
};

/** A version that passes its first seconds and then fails: the analysis has to find out, and nobody else may notice. */
async function rollBackFailing({ run, envoy, fleet, rollout, calls, people, newUsers }: Failing) {
  const violations: string[] = [];
  const weight = run.steps.find((step) => step >= 10) ?? 10;
  await rollout.begin('v3', { canFail: true });
  const load = new SteadyLoad(fleet.gatewayUrl, people, 4);
  await envoy.setWeight(weight);
  await calls.forUsers(newUsers(300));
  rollout.canary.forEach((one) => one.fail());
  const failedAt = performance.now();
  const verdict = await whileCalling(calls, () => newUsers(200), rollout.judge());
  if (verdict.outcome !== 'failed') violations.push(`a failing version was judged ${verdict.outcome}`);
  await rollout.rollBack();
  const seconds = secondsSince(failedAt);
  const seen = load.failures.length;
  const after = await calls.forUsers(newUsers(300));
  if (after.some(({ version }) => version !== 'v2')) violations.push('somebody was not back at v2 after the roll-back');
  await load.stop();
  if (seen === 0) violations.push('the failing version did no harm: nothing was proven');
  const isOther = (userId: string): boolean => canaryBucketOf(userId) < 100 - weight;
  const failedOfOthers = load.failures.filter(({ userId }) => isOther(userId)).length;
  if (failedOfOthers > 0) violations.push(`${failedOfOthers} plans of users of v2 failed because of v3`);
  return { violations, seconds, reason: verdict.reason, plans: load.requests, failedOfOthers };
}

/** Keeps calls going until `work` is done: without them there is nothing to judge. */
async function whileCalling<Result>(calls: Calls, users: () => string[], work: Promise<Result>): Promise<Result> {
  const done = new AbortController();
  const going = (async () => {
    while (!done.signal.aborted) await calls.forUsers(users(), 4);
  })();
  try {
    return await work;
  } finally {
    done.abort();
    await going;
  }
}

function settingsOf(run: CanaryRun, envoy: CanaryEnvoy): Record<string, string> {
  return {
    CLASSIFIER_URL: envoy.address,
    CANARY_STEPS: run.steps.join(','),
    IDENTITY_SECRET: identitySecret,
    JWT_SECRET: jwtSecret,
    INTENT_LLM_SHARE: '0',
    OPENAI_API_KEY: '',
  };
}

function addresses(fleet: ServiceFleet): Record<string, string> {
  return { GENERATION_URL: fleet.addressOf('generation'), ANALYTICS_URL: fleet.addressOf('analytics') };
}

function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 100) / 10;
}
