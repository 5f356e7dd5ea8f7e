import type { EndpointSums, FeedbackSums, IntentSums, JobSums } from './statistics.js';

/** Reads rollups, never events: as fast after ten million events as after ten. */
export interface StatsStore {
  /** Jobs since the last reset. */
  jobs(): Promise<JobSums[]>;
  /** Plans since the minute of a moment (`windowSince`); since the last reset without one. */
  intents(since?: Date): Promise<IntentSums[]>;
  /** Judged plans, likewise by the time of the plan. */
  feedback(since?: Date): Promise<FeedbackSums[]>;
  /** The most called endpoints since the last reset, and the calls of all. */
  endpoints(limit: number): Promise<{ readonly totalCalls: number; readonly endpoints: EndpointSums[] }>;
  /** Micro-dollars spent since the last reset. */
  totalCostMicros(): Promise<number>;
}
