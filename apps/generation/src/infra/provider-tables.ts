/** What an operator decided about a provider, or with a model about that model. */
export interface ProviderSettingsTable {
  provider: string;
  /** Empty for the provider as a whole. */
  model_id: string;
  enabled: boolean;
  weight: number | null;
  priority: number | null;
  update_user: string;
  update_time: Date;
}

/** What an operator decided about circuits. */
export interface CircuitHoldTable {
  provider: string;
  /** Empty for all of the provider. */
  model_id: string;
  held: 'open' | 'closed' | null;
  resets: number;
  update_user: string;
  update_time: Date;
}

/** What one delivery took and cost. */
export interface ModelSampleTable {
  attempt_id: string;
  provider: string;
  model_id: string;
  /** Milliseconds, scaled to the model's usual parameters. */
  usual_ms: number;
  /** What was settled, in thousandths of the estimate. */
  cost_permille: number;
  end_time: Date;
}
