/** What recent deliveries took and cost. */
export interface Measured {
  readonly samples: number;
  /** Seconds for the model's usual parameters. */
  readonly usualP50S: number;
  readonly usualP95S: number;
  /** 5th, 50th and 95th percentile of the cost, in thousandths of the estimate. */
  readonly costPermille: readonly [number, number, number];
}

/** What is known about a model from real calls and from operators. */
export interface ModelHealth {
  /** False when its circuit is open, it is turned off, or its provider is turned off or not configured. */
  readonly available: boolean;
  /** Not available because nobody may ask it: turned off, or without a key. It won't come back by itself. */
  readonly disabled?: boolean;
  /** Available, but failing or probing now and then. */
  readonly degraded: boolean;
  /** Share of the load among equivalent models; undefined: nobody decided. */
  readonly weight?: number;
  /** Order among equivalent models, higher first; undefined: nobody decided. */
  readonly priority?: number;
  /** Undefined until there are enough deliveries. */
  readonly measured?: Measured;
}

/** The latest known health; unknown models are taken as healthy. */
export interface ModelHealthSource {
  healthOf(modelId: string, provider: string): ModelHealth;
}

/** Health before anything is known. */
export const healthy: ModelHealth = { available: true, degraded: false };
