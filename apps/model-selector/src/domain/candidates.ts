import type { Catalogue, MediaModel, Workflow } from '@atelier/model-catalog';

/** What matters most to the caller. */
export type QualityPreference = 'speed' | 'balanced' | 'quality';

/** A model that might serve, and why it stands at its place. */
export interface Candidate {
  readonly model: MediaModel;
  readonly why: string;
  /** Considered only when nothing before it can serve; never a fallback of another model. */
  readonly lastResort?: boolean;
}

/**
 * The models of a workflow in the order in which they are considered: the variant for the preference, the primary, the
 * fallbacks, and last the ones that are only available. A pinned provider keeps the order and leaves the others out.
 */
export function candidates(
  catalogue: Catalogue,
  workflow: Workflow,
  quality: QualityPreference,
  provider: string,
): Candidate[] {
  const { primary, fallbacks, available, speed, quality: best } = catalogue.forWorkflow(workflow);
  const name = workflow.replaceAll('_', ' ');
  const ordered: Candidate[] = [];
  if (quality === 'speed' && speed) ordered.push({ model: speed, why: `the fast model for ${name}` });
  if (quality === 'quality' && best) ordered.push({ model: best, why: `the best model for ${name}` });
  ordered.push({ model: primary, why: `the primary model for ${name}` });
  ordered.push(...fallbacks.map((model) => ({ model, why: `a fallback for ${name}` })));
  ordered.push(...available.map((model) => ({ model, why: `able to do ${name}`, lastResort: true })));
  const seen = new Set<string>();
  return ordered.filter(({ model }) => {
    if (seen.has(model.id) || (provider !== '' && model.provider !== provider)) return false;
    seen.add(model.id);
    return true;
  });
}
