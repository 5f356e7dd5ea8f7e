import type { AlertRule } from './alert-rule.js';

/** A value that a rule looks at. */
export interface Reading {
  /** What it is about: a provider and model, a user, a service; empty for everything. */
  readonly subject: string;
  /** In the unit of the rule's kind. */
  readonly value: number;
}

/** Where values come from. */
export interface Signals {
  /**
   * The values of a rule at this moment. What can't be said (too few cases, nothing of the kind) is left out.
   * Rejects when it can't be found out: then the rule's alerts stay what they are.
   */
  read(rule: AlertRule): Promise<readonly Reading[]>;
}
