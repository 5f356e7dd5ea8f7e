import {
  type Catalogue,
  type LanguageModel as CatalogueModel,
  tokenCostMicros,
  type TokenUsage,
} from '@atelier/model-catalog';

/** The language model that serves a configured name at some time, with what has to be known to call and to pay it. */
export interface ServingModel {
  readonly modelId: string;
  /** Absent for a model that the catalogue does not know. */
  readonly call?: CatalogueModel['call'];
  readonly typicalTimeMs: number;
  readonly costMicros: (usage: TokenUsage) => number;
  /** For the log: aliases, successors, an end that comes near. */
  readonly notes: readonly string[];
}

/** For a model whose price is not known: a cent a request, rather than nothing. */
const UNKNOWN_COST_MICROS = 10_000;
const USUAL_TIME_MS = 2_000;
const NEAR_END_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Looks a configured model up, following aliases and the successors of models that are shut down.
 * @throws TypeError for a model that is known not to answer text under a schema
 */
export function servingModel(catalogue: Catalogue, configured: string, now: Date): ServingModel {
  const found = catalogue.resolve(configured, now);
  if (!found) {
    const note = `${configured} is not in the model catalogue: every request is booked as one cent.`;
    const costMicros = (): number => UNKNOWN_COST_MICROS;
    return { modelId: configured, typicalTimeMs: USUAL_TIME_MS, costMicros, notes: [note] };
  }
  const { model, notes } = found;
  if (model.kind !== 'llm' || !model.call.structuredOutput)
    throw new TypeError(`${model.id} does not answer text under a schema`);
  const isPriced = model.price.unit === 'token';
  return {
    modelId: model.id,
    call: model.call,
    typicalTimeMs: model.typicalTimeS * 1000,
    costMicros: isPriced ? (usage) => tokenCostMicros(model, usage) : () => UNKNOWN_COST_MICROS,
    notes: [
      ...notes,
      ...endNote(model, now),
      ...(isPriced ? [] : [`The price of ${model.id} is not known: every request is booked as one cent.`]),
    ],
  };
}

/** `resolve` has already passed over models whose end has come. */
function endNote({ id, lifecycle }: CatalogueModel, now: Date): string[] {
  if (lifecycle.status === 'active') return [];
  const { shutdownDate, successor } = lifecycle;
  if (Date.parse(shutdownDate) - now.getTime() > NEAR_END_DAYS * DAY_MS) return [];
  return [`${id} is shut down on ${shutdownDate}; from then on ${successor} serves in its place.`];
}
