import type { Classified } from './classify.js';
import type { PlannedReference } from './plan.js';

/** As sure as a rule can be that knows pictures only by their names. */
const mostConfidence = 0.8;

/**
 * Corrects a new picture into a styling when references bring both a person and something to wear: the classifier knows how
 * many references there are, and not what they are for.
 */
export function asTryOn(classified: Classified, references: readonly PlannedReference[]): Classified {
  const { intent } = classified;
  const has = (wanted: PlannedReference['role']): boolean => references.some(({ role }) => role === wanted);
  if (intent.workflow !== 'image_generation' || classified.steps || !has('person') || !has('garment'))
    return classified;
  return {
    ...classified,
    parameters: undefined,
    intent: {
      ...intent,
      workflow: 'reference_styling',
      correctedFrom: intent.correctedFrom ?? intent.workflow,
      confidence: Math.min(intent.confidence, mostConfidence),
      reasoning: `${intent.reasoning} References bring a person and something to wear, so the person is styled.`,
      runnerUp: undefined,
    },
  };
}
