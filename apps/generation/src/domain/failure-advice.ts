import type { Catalogue, Workflow } from '@atelier/model-catalog';
import type { Failure, FailureCode } from './failure.js';
import type { Generation } from './generation.js';
import type { Change, Step } from './change.js';
import type { Lease, ModelPlanner, PlanRequest, ProviderDesk } from './ports.js';
import { rewordingOf } from './rewording.js';

/** A model that could serve in another's place. */
export interface ModelChoice {
  readonly provider: string;
  readonly modelId: string;
}

/** What the advice is drawn from. */
export interface AdviceTools {
  readonly catalogue: Pick<Catalogue, 'find' | 'forWorkflow'>;
  readonly planner: ModelPlanner;
  readonly desk: Pick<ProviderDesk, 'stateOf'>;
}

/** What is asked for, of a generation that exists or one that could not be accepted. */
export interface AskedFor {
  readonly workflow: Workflow;
  /** The chosen model, then its fallbacks. */
  readonly chain: readonly string[];
  /** The one that failed. */
  readonly provider: string;
  /** Models that were asked already. */
  readonly asked: readonly string[];
  readonly request: PlanRequest;
}

/** After these another model may well succeed. */
const anotherModelHelps: ReadonlySet<string> = new Set<FailureCode>([
  'CONTENT_POLICY',
  'MODEL_UNAVAILABLE',
  'OUTPUT_UNAVAILABLE',
  'PARAMETERS_NOT_SUPPORTED',
  'PROVIDER_CREDIT_EXHAUSTED',
  'PROVIDER_DISABLED',
  'PROVIDER_FAILED',
  'PROVIDER_NOT_CONFIGURED',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_REJECTED',
  'PROVIDER_UNAVAILABLE',
]);
/** These concern all models of a provider alike, or most of them. */
const otherProviderFirst: ReadonlySet<string> = new Set<FailureCode>([
  'CONTENT_POLICY',
  'PROVIDER_CREDIT_EXHAUSTED',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_UNAVAILABLE',
]);
const most = 3;

/** The same lease; whatever ends a generation badly under it ends it with advice. */
export function withAdvice(lease: Lease, advice: Pick<FailureAdvice, 'advise'>): Lease {
  const advised =
    (step: Step): Step =>
    (generation, nowMs) => {
      const change = step(generation, nowMs);
      const { failure } = change?.generation ?? {};
      return change && failure && !generation.failure
        ? withFailure(change, advice.advise(failure, generation))
        : change;
    };
  return { ...lease, apply: (step) => lease.apply(advised(step)) };
}

function withFailure(change: Change, failure: Failure): Change {
  const events = change.events.map((event) =>
    event.generation.failure ? { ...event, generation: { ...event.generation, failure } } : event,
  );
  return { ...change, generation: { ...change.generation, failure }, events };
}

/** Adds to a failure what its owner can do about it: another wording, a successor, models that could serve instead. */
export class FailureAdvice {
  constructor(private readonly tools: AdviceTools) {}

  advise(failure: Failure, generation: Generation): Failure {
    const { code } = failure;
    const { prompt, finalPrompt, inputImages } = generation;
    const rewording =
      code === 'CONTENT_POLICY' ? rewordingOf(`${prompt} ${finalPrompt}`, inputImages.length > 0) : undefined;
    const successor = code === 'MODEL_UNAVAILABLE' ? this.successorOf(generation.modelId) : undefined;
    const alternatives =
      anotherModelHelps.has(code) && !rewording?.hopeless ? this.alternatives(code, askedFor(generation)) : [];
    const own = rewording?.suggestions ?? (successor ? [`Use ${successor}, its successor.`] : failure.suggestions);
    const suggestions = rewording && alternatives.length > 0 ? [...own, tryAnother] : own;
    return { ...failure, suggestions, ...(alternatives.length > 0 ? { alternatives } : {}) };
  }

  /** Models of the workflow that could serve the same request now and were not asked, in the order of the catalogue. */
  alternatives(
    code: FailureCode | Failure['code'],
    { workflow, chain, provider, asked, request }: AskedFor,
  ): ModelChoice[] {
    const { catalogue, planner, desk } = this.tools;
    const { primary, quality, speed, fallbacks, available } = catalogue.forWorkflow(workflow);
    const known = [primary, quality, speed, ...fallbacks, ...available].flatMap((model) => (model ? [model.id] : []));
    const choices = new Map<string, ModelChoice>();
    for (const modelId of [...chain, ...known]) {
      const result = planner.plan(modelId, request);
      if (!result.ok || asked.includes(result.plan.modelId)) continue;
      const choice = { provider: result.plan.provider, modelId: result.plan.modelId };
      if (desk.stateOf(choice.provider, choice.modelId) === 'usable') choices.set(choice.modelId, choice);
    }
    const ordered = [...choices.values()];
    const elsewhere = (choice: ModelChoice) => Number(choice.provider === provider);
    if (otherProviderFirst.has(code)) ordered.sort((one, other) => elsewhere(one) - elsewhere(other));
    return ordered.slice(0, most);
  }

  private successorOf(modelId: string): string | undefined {
    const lifecycle = this.tools.catalogue.find(modelId)?.model.lifecycle;
    return lifecycle && lifecycle.status !== 'active' ? lifecycle.successor : undefined;
  }
}

const tryAnother = 'Or try one of the alternatives: policies differ between providers.';

function askedFor(generation: Generation): AskedFor {
  const { workflow, chain, provider, modelId, attempts, finalPrompt, requestedParameters, inputImages, mask } =
    generation;
  const request = {
    prompt: finalPrompt,
    parameters: requestedParameters,
    imageCount: inputImages.length,
    hasMask: mask !== undefined,
  };
  return { workflow, chain, provider, asked: [modelId, ...attempts.map((attempt) => attempt.modelId)], request };
}
