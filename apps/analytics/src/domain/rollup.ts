import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { observe } from './latency-histogram.js';
import { type Epochs, type Grain, periodStart } from './period.js';

/** What one event adds to a rollup. Sums are whole numbers, so that the order of adding cannot matter. */
export interface Contribution<Label extends string, Sum extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly sums: Readonly<Partial<Record<Sum, number>>>;
  /** Microseconds, where there is a duration for the histogram. */
  readonly latencyUs?: number;
}

/** A table of sums by period and labels, kept by the transaction that stores the events. */
export interface RollupTable<Label extends string = string, Sum extends string = string> {
  readonly table: string;
  /** Periods that get a row of their own. */
  readonly grains: readonly Grain[];
  readonly labels: readonly Label[];
  readonly sums: readonly Sum[];
}

/** A rollup to which every event adds on its own. */
export interface Rollup<Label extends string = string, Sum extends string = string> extends RollupTable<Label, Sum> {
  /** What an event adds; undefined when it is about something else. */
  contribution(event: UsageEvent, grain: Grain): Contribution<Label, Sum> | undefined;
}

/** What a batch adds to one row of a rollup. */
export interface RollupDelta {
  readonly grain: Grain;
  readonly periodStart: Date;
  readonly labels: Readonly<Record<string, string>>;
  readonly sums: Readonly<Record<string, number>>;
  /** On the scale of `latency-histogram.ts`; empty without durations. */
  readonly latency: readonly number[];
  /** Latest event. */
  readonly lastAt: Date;
}

/** A contribution, and the period that it belongs to. */
export interface DatedContribution {
  readonly grain: Grain;
  readonly at: Date;
  readonly contribution: Contribution<string, string>;
}

/** Adds up what events contribute to a rollup. */
export function rollUp(rollup: Rollup, events: readonly UsageEvent[], epochs?: Epochs): RollupDelta[] {
  return addUp(rollup, contributionsOf(rollup, events), epochs);
}

function* contributionsOf(rollup: Rollup, events: readonly UsageEvent[]): Generator<DatedContribution> {
  for (const event of events) {
    if (!event.occurTime) continue;
    for (const grain of rollup.grains) {
      const contribution = rollup.contribution(event, grain);
      if (!contribution) break;
      yield { grain, at: event.occurTime, contribution };
    }
  }
}

/**
 * Adds contributions up, one delta a row, sorted by key: writers that go through rows in one order never wait for each
 * other in a circle.
 */
export function addUp(table: RollupTable, contributions: Iterable<DatedContribution>, epochs?: Epochs): RollupDelta[] {
  const rows = new Map<string, Row>();
  for (const { grain, at, contribution } of contributions) {
    const start = periodStart(grain, at, epochs);
    // Labels hold no control characters.
    const key = [grain, start.getTime(), ...table.labels.map((name) => contribution.labels[name])].join('\n');
    const row = rows.get(key) ?? newRow(table, grain, start, contribution.labels);
    add(row, contribution, at);
    rows.set(key, row);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

interface Row extends RollupDelta {
  readonly sums: Record<string, number>;
  readonly latency: number[];
  lastAt: Date;
}

function newRow(table: RollupTable, grain: Grain, start: Date, labels: Readonly<Record<string, string>>): Row {
  const sums = Object.fromEntries(table.sums.map((name) => [name, 0]));
  return { grain, periodStart: start, labels, sums, latency: [], lastAt: new Date(0) };
}

function add(row: Row, contribution: Contribution<string, string>, at: Date): void {
  for (const [name, value = 0] of Object.entries(contribution.sums)) row.sums[name] = (row.sums[name] ?? 0) + value;
  if (contribution.latencyUs !== undefined) observe(row.latency, contribution.latencyUs);
  if (at > row.lastAt) row.lastAt = at;
}
