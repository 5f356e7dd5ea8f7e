import { type Catalogue, isMediaModel, type Workflow, workflowProperties } from '@atelier/model-catalog';
import type { Candidate } from './candidates.js';

/** What a caller would like; neither is an order. Empty for no wish. */
export interface Preference {
  readonly preferredModelId: string;
  readonly preferredProvider: string;
}

/** Candidates with the preferred ones first. */
export interface PreferredOrder {
  readonly candidates: readonly Candidate[];
  /** The model that is really meant: aliases and successors are followed. */
  readonly modelId?: string;
  /** Why the preferred model is no candidate. */
  readonly refusal?: string;
}

/** Puts the preferred model first, then the models of the preferred provider in the order they already have. */
export function preferredFirst(
  listed: readonly Candidate[],
  { preferredModelId, preferredProvider }: Preference,
  { workflow, catalogue, now }: { readonly workflow: Workflow; readonly catalogue: Catalogue; readonly now: Date },
): PreferredOrder {
  const fromProvider = preferredProvider === '' ? listed : providerFirst(listed, preferredProvider);
  if (preferredModelId === '') return { candidates: fromProvider };
  const serving = catalogue.resolve(preferredModelId, now);
  if (!serving) return { candidates: fromProvider, refusal: 'is not known' };
  const { model, notes } = serving;
  const { media } = workflowProperties(workflow);
  if (!isMediaModel(model) || model.output.media !== media) {
    return { candidates: fromProvider, refusal: `makes no ${media}` };
  }
  const first = { model, why: ['the preferred model of the caller', ...notes].join('; ') };
  return { candidates: [first, ...fromProvider.filter((other) => other.model.id !== model.id)], modelId: model.id };
}

function providerFirst(listed: readonly Candidate[], provider: string): readonly Candidate[] {
  const isTheirs = ({ model }: Candidate): boolean => model.provider === provider;
  const theirs = listed
    .filter(isTheirs)
    .map(({ model, why }) => ({ model, why: `${why}, of the caller’s preferred provider` }));
  return [...theirs, ...listed.filter((candidate) => !isTheirs(candidate))];
}

/** What the caller should hear when something else was chosen, as sentences. */
export function preferenceWarnings(
  { preferredModelId, preferredProvider }: Preference,
  { modelId, refusal }: PreferredOrder,
  chosen: Candidate['model'],
  whyNot: ReadonlyMap<string, string>,
): string[] {
  if (preferredModelId !== '' && chosen.id === modelId) return [];
  const warnings: string[] = [];
  if (preferredModelId !== '') {
    const reason = refusal ?? whyNot.get(modelId ?? '') ?? 'can’t serve this';
    warnings.push(`The preferred model ${preferredModelId} ${reason}; ${chosen.id} takes its place.`);
  }
  if (preferredProvider !== '' && chosen.provider !== preferredProvider) {
    warnings.push(`No model of the preferred provider ${preferredProvider} can serve this; ${chosen.id} does.`);
  }
  return warnings;
}
