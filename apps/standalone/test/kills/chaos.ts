import { setTimeout as pause } from 'node:timers/promises';
import { type FleetService, fleetServices, type ServiceFleet } from '@atelier/local-servers';
import type { Seeded } from './seeded.js';

/** How often what was done. */
export interface Chaos {
  readonly kills: number;
  readonly faults: Readonly<Record<string, number>>;
  /** No more kills and faults; resolves when everything is up again. */
  stop(): Promise<void>;
  /** Resolves after as many kills as wanted. */
  readonly done: Promise<void>;
}

const everything = fleetServices;

/** What is struck, and how often in proportion. */
const targets: readonly (readonly [readonly FleetService[], number])[] = [
  [['generation'], 6],
  [['gateway'], 2],
  [['generation', 'gateway'], 1],
  [everything, 2],
];

/** Misbehaviours of the providers, and how often in proportion. */
const misbehaviours = (random: Seeded): readonly (readonly [object, number])[] => [
  [{ fault: { kind: 'reset_after_creation' } }, 4],
  [{ fault: { kind: 'error_after_creation', status: 502 } }, 2],
  [{ fault: { kind: 'reset_before_creation' } }, 2],
  [{ fault: { kind: 'status', status: 429, retryAfterSeconds: 1 }, times: random.between(2, 8) }, 2],
  [{ fault: { kind: 'latency', latencyMs: random.between(500, 4_000) }, match: { method: 'POST' } }, 2],
  [{ fault: { kind: 'fail' } }, 2],
  [{ fault: { kind: 'policy_refusal' } }, 1],
  [{ fault: { kind: 'never_finish' } }, 1],
  [{ fault: { kind: 'malformed_body' }, match: { method: 'POST' } }, 1],
  [{ fault: { kind: 'duplicate_webhook' } }, 2],
  [{ fault: { kind: 'late_webhook', delayMs: random.between(1_000, 8_000) } }, 2],
  [{ fault: { kind: 'forged_webhook' } }, 2],
];

/** Kills processes and makes providers misbehave at random until `kills` SIGKILLs were sent. */
export function startChaos(fleet: ServiceFleet, random: Seeded, kills: number, log: (line: string) => void): Chaos {
  const faults: Record<string, number> = {};
  const chaos = { kills: 0, faults, done: Promise.resolve(), stop: async () => {} };
  const stopping = new AbortController();
  const strike = async (): Promise<void> => {
    while (!stopping.signal.aborted && chaos.kills < kills) {
      await pause(random.between(100, 1_500));
      const names = random.pick(targets);
      await Promise.all(names.map((name) => fleet.kill(name)));
      chaos.kills += names.length;
      log(`killed ${names.length === everything.length ? 'everything' : names.join(', ')} (${chaos.kills})`);
      await pause(random.between(0, 400));
      await Promise.all(names.map((name) => fleet.up(name)));
    }
  };
  const misbehave = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(random.between(50, 600));
      const rule = random.pick(misbehaviours(random)) as { fault: { kind: string } };
      await control(fleet, 'POST', rule);
      faults[rule.fault.kind] = (faults[rule.fault.kind] ?? 0) + 1;
    }
  };
  const misbehaving = misbehave();
  const striking = strike();
  chaos.done = Promise.race([striking, misbehaving]);
  chaos.stop = async () => {
    stopping.abort();
    await Promise.all([striking, misbehaving]);
    await control(fleet, 'PUT', []);
  };
  return chaos;
}

async function control(fleet: ServiceFleet, method: 'POST' | 'PUT', rules: object): Promise<void> {
  const response = await fetch(`${fleet.sandboxUrl}/sandbox/control/faults`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  if (!response.ok) throw new Error(`the sandbox refused a fault: ${response.status} ${await response.text()}`);
}
