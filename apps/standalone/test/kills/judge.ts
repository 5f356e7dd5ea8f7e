import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { root } from '../standalone-process.js';
import type { ServiceFleet } from '@atelier/local-servers';
import type { Accepted } from './workload.js';

/** What the sandbox wrote down when it took an order: what a provider would charge for. */
export interface Creation {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
}

/** An attempt as generation's database has it. */
export interface AttemptRow {
  readonly generation_id: string;
  readonly number: number;
  readonly provider: string;
  readonly model_id: string;
  readonly state: string;
  readonly provider_job_id: string;
  readonly failure_kind: string | null;
}

/** States of a generation in the end. */
export const ended = new Set(['succeeded', 'failed', 'cancelled']);

/** One sentence for everything that is wrong; empty when every promise was kept. */
export async function judge(
  fleet: ServiceFleet,
  accepted: readonly Accepted[],
  limitsMicros: Limits,
): Promise<string[]> {
  const database = new pg.Client({ connectionString: fleet.databaseUrl });
  await database.connect();
  try {
    const { rows: generations } = await database.query<{ generation_id: string; state: string }>(
      'select generation_id, state from generation.generations',
    );
    const { rows: attempts } = await database.query<AttemptRow>(
      'select generation_id, number, provider, model_id, state, provider_job_id, failure_kind from generation.attempts order by generation_id, number',
    );
    const { rows: windows } = await database.query<Window>(
      'select scope, subject, (reserved_micros + spent_micros)::float8 as used from generation.budget_windows',
    );
    const { rows: pairs } = await database.query<PairRow>(
      `select second.generation_id, second.state, first.state as first_state, second.waits_for is not null as waits,
        exists (select from generation.attempts a where a.generation_id = second.generation_id) as bought
      from generation.generations second join generation.generations first on first.generation_id = second.previous_step`,
    );
    const creations = await creationsOf(fleet);
    return [
      ...lost(generations, accepted),
      ...boughtTwice(creations, attempts),
      ...outOfOrder(pairs),
      ...overspent(windows, limitsMicros),
      ...unbalanced(fleet),
      ...(await missingOutputs(fleet, accepted)),
    ];
  } finally {
    await database.end();
  }
}

export interface Limits {
  readonly user_hour: number;
  readonly day: number;
}
interface Window {
  readonly scope: keyof Limits;
  readonly subject: string;
  readonly used: number;
}

function lost(
  generations: readonly { generation_id: string; state: string }[],
  accepted: readonly Accepted[],
): string[] {
  const states = new Map(generations.map(({ generation_id, state }) => [generation_id, state]));
  return [
    ...accepted.filter(({ id }) => !states.has(id)).map(({ id }) => `${id} was accepted and is gone`),
    ...[...states].filter(([, state]) => !ended.has(state)).map(([id, state]) => `${id} is still ${state}`),
  ];
}

/**
 * Holds the sandbox's own log against the attempts. Each order belongs to one attempt; an order that no attempt knows
 * must have an attempt that says it may have been bought; and nothing was ordered again for a generation unless what was
 * ordered before had certainly failed.
 */
export function boughtTwice(creations: readonly Creation[], attempts: readonly AttemptRow[]): string[] {
  const problems: string[] = [];
  const claims = new Map<string, AttemptRow[]>();
  for (const attempt of attempts.filter(({ provider_job_id: id }) => id !== '')) {
    claims.set(attempt.provider_job_id, [...(claims.get(attempt.provider_job_id) ?? []), attempt]);
  }
  for (const [id, rows] of claims) if (rows.length > 1) problems.push(`${id} is claimed by ${rows.length} attempts`);
  const made = new Set(creations.map(({ id }) => id));
  for (const id of claims.keys()) if (!made.has(id)) problems.push(`${id} is claimed and was never ordered`);

  const count = <Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
    return counts;
  };
  const unclaimed = count(
    creations.filter(({ id }) => !claims.has(id)),
    ({ provider, model }) => `${provider} ${model}`,
  );
  const possible = count(
    attempts.filter((attempt) => attempt.provider_job_id === '' && mayHaveOrdered(attempt)),
    ({ provider, model_id: model }) => `${provider} ${nameAtProvider(model)}`,
  );
  for (const [what, times] of unclaimed) {
    const known = possible.get(what) ?? 0;
    if (times > known) problems.push(`${times} orders of ${what} that ${known} attempts may have made`);
  }

  const byGeneration = Map.groupBy(attempts, ({ generation_id: id }) => id);
  for (const [id, rows] of byGeneration) {
    const stillGood = rows.slice(0, -1).filter(mayHaveBought);
    if (stillGood.length > 0)
      problems.push(`${id} ordered again after attempt ${stillGood.map(({ number }) => number).join(', ')}`);
  }
  return problems;
}

/** The second step of a plan with the state of its first. */
export interface PairRow {
  readonly generation_id: string;
  readonly state: string;
  readonly first_state: string;
  /** Its input was never made. */
  readonly waits: boolean;
  /** An attempt was written. */
  readonly bought: boolean;
}

/** A second step is bought only from what its first one made, and ends when the first makes nothing. */
export function outOfOrder(pairs: readonly PairRow[]): string[] {
  return pairs.flatMap(({ generation_id: id, state, first_state: first, waits, bought }) => [
    ...(bought && (waits || first !== 'succeeded') ? [`${id} was ordered though its first step ${first}`] : []),
    ...(first !== 'succeeded' && state === 'succeeded' ? [`${id} succeeded though its first step ${first}`] : []),
    ...(first === 'succeeded' && waits ? [`${id} still waits for its first step, which succeeded`] : []),
  ]);
}

/** Providers without a list answer in the request itself: what they made has no id that could be claimed. */
function mayHaveBought({ state, failure_kind: kind }: AttemptRow): boolean {
  return (
    state === 'succeeded' ||
    state === 'unknown' ||
    state === 'submitting' ||
    state === 'submitted' ||
    kind === 'unknown'
  );
}

/** Also what was answered without a usable picture was an order, only that nothing came of it that could be had twice. */
function mayHaveOrdered(attempt: AttemptRow): boolean {
  return mayHaveBought(attempt) || answeredInVain.has(attempt.failure_kind ?? '');
}
const answeredInVain: ReadonlySet<string> = new Set(['content_policy', 'provider_error', 'output_unavailable']);

/** Gemini's ids name their collection, `models/…`, which is part of the address there and not of the model's name. */
function nameAtProvider(modelId: string): string {
  return modelId.replace(/^models\//, '');
}

function overspent(windows: readonly Window[], limits: Limits): string[] {
  return windows
    .filter(({ scope, used }) => used > limits[scope])
    .map(({ scope, subject, used }) => `the ${scope} of ${subject} holds ${used}, more than ${limits[scope]}`);
}

function unbalanced(fleet: ServiceFleet): string[] {
  const run = spawnSync(process.execPath, [join(root, 'apps/generation/dist/verify-ledger.js')], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: fleet.databaseUrl },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return run.status === 0 ? [] : [`verify:ledger says: ${run.stdout}${run.stderr}`];
}

interface ShownGeneration {
  readonly status: string;
  readonly outputs: readonly { readonly url: string; readonly sha256: string; readonly bytes: number }[];
}

/** Every output of a success can be fetched, and is what the record says. */
async function missingOutputs(fleet: ServiceFleet, accepted: readonly Accepted[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { id, userKey } of accepted) {
    const answer = await fetch(`${fleet.gatewayUrl}/api/v1/generations/${id}`, {
      headers: { authorization: `Bearer ${userKey}` },
    });
    const shown = (await answer.json()) as ShownGeneration;
    if (shown.status !== 'succeeded') continue;
    if (shown.outputs.length === 0) problems.push(`${id} succeeded without an output`);
    for (const { url, sha256, bytes } of shown.outputs) {
      const file = await fetch(new URL(url, fleet.gatewayUrl));
      const content = Buffer.from(await file.arrayBuffer());
      const digest = createHash('sha256').update(content).digest('hex');
      if (file.status !== 200 || digest !== sha256 || content.length !== bytes)
        problems.push(`an output of ${id} is not what its record says (${file.status}, ${content.length} bytes)`);
    }
  }
  return problems;
}

export async function creationsOf(fleet: ServiceFleet): Promise<Creation[]> {
  const response = await fetch(`${fleet.sandboxUrl}/sandbox/control/creations`);
  const { creations } = (await response.json()) as { creations: Creation[] };
  return creations;
}
