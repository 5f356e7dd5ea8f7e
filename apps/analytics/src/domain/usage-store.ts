import type { UsageEvent } from '@atelier/contracts/usage/v1';

/** Keeps events and their rollups. */
export interface UsageStore {
  /**
   * Stores the events that are new and adds them to every rollup, both or neither. Answers how many were new.
   * The events are valid (`problemOf`).
   */
  add(events: readonly UsageEvent[]): Promise<number>;
}
