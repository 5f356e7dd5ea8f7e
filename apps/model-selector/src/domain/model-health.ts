/** What is known about a model from real calls. */
export interface ModelHealth {
  /** False when its circuit is open or its provider is not configured. */
  readonly available: boolean;
  /** Available, but failing or probing now and then. */
  readonly degraded: boolean;
  /** Measured seconds; undefined until there are enough calls. */
  readonly p50S?: number;
  readonly p95S?: number;
}

/** The latest known health; unknown models are taken as healthy. */
export interface ModelHealthSource {
  healthOf(modelId: string, provider: string): ModelHealth;
}

/** Health before anything is known. */
export const healthy: ModelHealth = { available: true, degraded: false };
