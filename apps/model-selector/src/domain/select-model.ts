import {
  type Catalogue,
  type Estimate,
  type GenerationParameters,
  isMediaModel,
  type MediaModel,
  type Peer,
  timeScale,
  type Violation,
  type Workflow,
  workflowProperties,
} from '@atelier/model-catalog';
import { type Candidate, candidates, type QualityPreference } from './candidates.js';
import { type Fit, type FitModel } from './fit-model.js';
import type { ModelHealthSource } from './model-health.js';
import { inOperatorsOrder } from './operators-order.js';
import { type Preference, preferenceWarnings, preferredFirst } from './preferred-order.js';

/** What a model is chosen for. */
export interface SelectionRequest extends Preference {
  readonly workflow: Workflow;
  readonly prompt: string;
  readonly imageCount: number;
  readonly hasMask: boolean;
  readonly quality: QualityPreference;
  /** Empty when free to choose. */
  readonly modelId: string;
  /** Empty when free to choose. */
  readonly provider: string;
  /** Decides which of equal choices serves it; the request id. */
  readonly key: string;
  /** 0..1; below 0.8 the reasoning says so. */
  readonly intentConfidence: number;
  readonly explicit: GenerationParameters;
  readonly soft: GenerationParameters;
}

/** The chosen model and all that is said about the choice. */
export interface Selection {
  readonly model: MediaModel;
  readonly reasoning: string;
  /** Ids of models that can serve the same request, best first. */
  readonly fallbackModels: readonly string[];
  readonly estimate: Estimate;
  readonly parameters: GenerationParameters;
  readonly warnings: readonly string[];
  /** `image` when the workflow needs one that is not there. */
  readonly missingInputs: readonly string[];
}

/** Why nothing could be chosen; an expected outcome, so data. */
export type Refusal =
  | { readonly kind: 'unknown_model' }
  | { readonly kind: 'not_suitable'; readonly message: string }
  | { readonly kind: 'refused'; readonly violations: readonly Violation[] };

type FittingCandidate = Candidate & Extract<Fit, { ok: true }>;

const msPerDay = 86_400_000;

/** Chooses a model; the same request and health always give the same answer. */
export class SelectModel {
  private readonly lists = new Map<string, readonly Candidate[]>();
  private readonly peers = new Map<Workflow, readonly Peer[]>();
  private listedOn = 0;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: ModelHealthSource,
    private readonly fits: FitModel,
    private readonly now: () => Date = () => new Date(),
  ) {}

  select(request: SelectionRequest): Selection | Refusal {
    const listed = request.modelId ? this.pinned(request) : this.ordered(this.free(request), request);
    if ('kind' in listed) return listed;
    const { workflow } = request;
    const preferred = preferredFirst(listed, request, { workflow, catalogue: this.catalogue, now: this.now() });
    const skipped: string[] = [];
    const whyNot = new Map<string, string>();
    const refusals: (readonly Violation[])[] = [];
    const fits: FittingCandidate[] = [];
    for (const candidate of preferred.candidates) {
      if (candidate.lastResort && fits.some((fit) => this.isAvailable(fit.model))) break;
      const fit = this.fit(candidate.model, request);
      if (fit.ok) fits.push({ ...candidate, ...fit });
      else {
        refusals.push(fit.violations);
        const cannot = `can’t (${fit.violations.map(({ message }) => message).join(' ')})`;
        whyNot.set(candidate.model.id, cannot);
        if (fits.length === 0) skipped.push(`${candidate.model.id} ${cannot}`);
      }
    }
    const usable = fits.filter(({ model }) => this.isAvailable(model));
    // A circuit may be closed again by the time the plan is run; what is turned off stays off.
    const hopeful = usable.length > 0 ? usable : fits.filter(({ model }) => !this.isDisabled(model));
    const [chosen, ...rest] = hopeful.length > 0 ? hopeful : fits;
    if (!chosen)
      return {
        kind: 'refused',
        violations: refusals[0] ?? [{ field: 'provider', message: 'No model of this provider serves the workflow.' }],
      };
    for (const { model } of fits.slice(0, fits.indexOf(chosen))) {
      skipped.push(`${model.id} is not available at the moment`);
      whyNot.set(model.id, 'is not available at the moment');
    }
    return {
      model: chosen.model,
      reasoning: reasoning(chosen, skipped, request.intentConfidence),
      fallbackModels: rest.filter(({ lastResort }) => !lastResort).map(({ model }) => model.id),
      estimate: this.measured(chosen),
      parameters: chosen.parameters,
      warnings: [...preferenceWarnings(request, preferred, chosen.model, whyNot), ...chosen.warnings],
      missingInputs: workflowProperties(request.workflow).needsImage && request.imageCount === 0 ? ['image'] : [],
    };
  }

  /** Lists change only with the date, when a model is shut down. */
  private free({ workflow, quality, provider }: SelectionRequest): readonly Candidate[] {
    const now = this.now();
    const today = Math.floor(now.getTime() / msPerDay);
    if (today !== this.listedOn) this.lists.clear();
    this.listedOn = today;
    const key = `${workflow} ${quality} ${provider}`;
    let list = this.lists.get(key);
    if (!list) {
      list = candidates(this.catalogue, workflow, quality, provider).flatMap((candidate) => {
        const { why } = candidate;
        const serving = this.catalogue.resolve(candidate.model.id, now);
        return serving && isMediaModel(serving.model)
          ? [{ ...candidate, model: serving.model, why: [why, ...serving.notes].join('; ') }]
          : [];
      });
      // Providers are the caller's words: only known ones make a list worth keeping.
      if (list.length > 0) this.lists.set(key, list);
    }
    return list;
  }

  private ordered(listed: readonly Candidate[], { workflow, key }: SelectionRequest): readonly Candidate[] {
    let peers = this.peers.get(workflow);
    if (!peers) this.peers.set(workflow, (peers = this.catalogue.peersOf(workflow)));
    if (peers.length === 0) return listed;
    return inOperatorsOrder(listed, { workflow, peers, key }, ({ model }) =>
      this.health.healthOf(model.id, model.provider),
    );
  }

  private pinned(request: SelectionRequest): readonly Candidate[] | Refusal {
    const serving = this.catalogue.resolve(request.modelId, this.now());
    if (!serving) return { kind: 'unknown_model' };
    const { model } = serving;
    const { media } = workflowProperties(request.workflow);
    if (!isMediaModel(model) || model.output.media !== media) {
      return { kind: 'not_suitable', message: `${model.id} makes no ${media}, which ${request.workflow} needs.` };
    }
    if (request.provider && model.provider !== request.provider) {
      return { kind: 'not_suitable', message: `${model.id} is not a model of ${request.provider}.` };
    }
    return [{ model, why: ['chosen by the caller', ...serving.notes].join('; ') }];
  }

  /** With no image at all the plan is made as if the needed ones were there; what is missing is listed beside it. */
  private fit(model: MediaModel, request: SelectionRequest): Fit {
    const missing = workflowProperties(request.workflow).needsImage && request.imageCount === 0;
    return this.fits.fit(
      model,
      missing ? { ...request, imageCount: Math.max(1, model.limits.inputImages.min) } : request,
    );
  }

  private isAvailable({ id, provider }: MediaModel): boolean {
    return this.health.healthOf(id, provider).available;
  }

  private isDisabled({ id, provider }: MediaModel): boolean {
    return this.health.healthOf(id, provider).disabled === true;
  }

  /** The estimate with what was measured in place of what is typical, once it is known. */
  private measured({ model, estimate: typical, parameters }: FittingCandidate): Estimate {
    const { measured } = this.health.healthOf(model.id, model.provider);
    if (!measured) return typical;
    const scale = timeScale(model, parameters);
    const [p50, p95] = [seconds(measured.usualP50S * scale), seconds(measured.usualP95S * scale)];
    const [low, , high] = measured.costPermille;
    const { costMicros } = typical;
    return {
      costMicros,
      costRangeMicros: [
        Math.max(1, Math.min(costMicros, Math.floor((costMicros * low) / 1_000))),
        Math.max(costMicros, Math.ceil((costMicros * high) / 1_000)),
      ],
      timeS: p50,
      timeRangeS: [p50, Math.max(p50, p95)],
    };
  }
}

/** To a tenth of a second. */
function seconds(measured: number): number {
  return Math.round(measured * 10) / 10;
}

function reasoning(chosen: FittingCandidate, skipped: readonly string[], confidence: number): string {
  const parts = [
    `${chosen.model.id} is ${chosen.why}`,
    ...skipped,
    ...chosen.warnings.map((warning) => warning.replace(/\.$/, '')),
  ];
  if (confidence < 0.8) parts.push(`low confidence: ${confidence.toFixed(2)}`);
  return parts.join('; ');
}
