/** Parameters that are numbers. */
export type NumberName =
  | 'width'
  | 'height'
  | 'seed'
  | 'steps'
  | 'guidanceScale'
  | 'strength'
  | 'numOutputs'
  | 'durationS'
  | 'fps';

/** Parameters that are words of the models. */
export type WordName = 'outputFormat' | 'quality';

/** What the models together take: as wide as the widest of them. */
export interface ParameterLimits {
  readonly most: Readonly<Record<NumberName, number>>;
  readonly words: Readonly<Record<WordName, readonly string[]>>;
}

/**
 * The least that means anything. Not the least that a model offers: a look that asks for 3 seconds gets the shortest video
 * there is, and says so.
 */
export const lowest: ParameterLimits['most'] = {
  width: 16,
  height: 16,
  seed: 0,
  steps: 1,
  guidanceScale: 0,
  strength: 0,
  numOutputs: 1,
  durationS: 0.1,
  fps: 1,
};
