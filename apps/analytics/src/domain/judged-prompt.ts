import type { ImageCounts } from './context-code.js';

/** A plan that its user judged, with all that a training example needs. */
export interface JudgedPrompt extends ImageCounts {
  readonly userId: string;
  readonly prompt: string;
  readonly promptHashed: boolean;
  /** What was answered. */
  readonly workflow: string;
  readonly confidence: number;
  readonly source: string;
  readonly runnerUp: string | undefined;
  readonly correctedFrom: string | undefined;
  /** Empty where nothing was classified. */
  readonly classifierVersion: string;
  readonly correct: boolean;
  /** `unspecified` when it was not said. */
  readonly expectedWorkflow: string;
  readonly givenAt: Date;
}
