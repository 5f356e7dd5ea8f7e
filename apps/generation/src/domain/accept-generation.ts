import type { GenerationParameters, Workflow } from '@atelier/model-catalog';
import { generationErrors } from '../generation.errors.js';
import type { FailureAdvice } from './failure-advice.js';
import type { Generation, InputImage, PreviousStep, Priority } from './generation.js';
import { accept } from './life-cycle.js';
import type {
  Acceptance,
  AttemptPlan,
  Clock,
  GenerationStore,
  InputAdmission,
  ModelPlanner,
  PlanRequest,
} from './ports.js';
import type { PlanResult, ProviderDesk, Random } from './ports.js';
import { resultKey } from './result-key.js';
import { link } from './two-steps.js';

/** Who asks. */
export interface Owner {
  readonly userId: string;
  readonly isAdmin: boolean;
}

/** The first step of a plan with two; everything else is as the second one has it. */
export type WantedStep = Pick<
  WantedGeneration,
  'finalPrompt' | 'workflow' | 'chain' | 'parameters' | 'warnings' | 'parentId'
>;

/** A generation that somebody wants. Empty texts mean absent. */
export interface WantedGeneration {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly prompt: string;
  readonly finalPrompt: string;
  readonly workflow: Workflow;
  /** The chosen model, then its fallbacks. */
  readonly chain: readonly string[];
  readonly parameters: GenerationParameters;
  readonly sessionId: string;
  readonly planRequestId: string;
  readonly parentId: string;
  readonly webhookUrl: string;
  readonly priority: Priority;
  /** The part of the system that it is made for; absent where its owner asks for it. */
  readonly origin?: string | undefined;
  /** Whether a stored result of an equal request will do; by default one that is certainly the same. */
  readonly cache: 'default' | 'allow' | 'bypass';
  readonly warnings: readonly string[];
  /** What makes the image that it starts from: then the inputs are this step's. */
  readonly firstStep?: WantedStep;
  /** The step whose output it starts from, where that is there already. */
  readonly previousStep?: string | undefined;
  readonly previous?: PreviousStep | undefined;
  /** As the caller gave them, or already admitted for an earlier generation. */
  readonly inputs:
    | { readonly kind: 'given'; readonly images: readonly string[]; readonly mask: string }
    | { readonly kind: 'admitted'; readonly images: readonly InputImage[]; readonly mask: InputImage | undefined };
}

/** What accepting needs. */
export interface AcceptTools {
  readonly store: Pick<GenerationStore, 'accept' | 'find' | 'findByKey'>;
  readonly planner: ModelPlanner;
  readonly desk: Pick<ProviderDesk, 'stateOf'>;
  readonly advice: Pick<FailureAdvice, 'alternatives'>;
  readonly inputs: InputAdmission;
  /** Why messages are not sent to an address, as a sentence; undefined when they are. */
  readonly webhookProblem: (url: string) => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** False: results are not kept for other requests. */
  readonly keepsResults: boolean;
}

/** Input images of one step. */
interface Inputs {
  readonly images: readonly InputImage[];
  readonly mask: InputImage | undefined;
  /** SHA-256 of the contents, the mask last; undefined where they are not known. */
  readonly hashes: readonly (string | undefined)[];
  /** Images that the step before it will make. */
  readonly coming?: number;
}

/** One step, priced. */
interface Step extends Pick<Acceptance, 'reuse'> {
  readonly generation: Generation;
  readonly plan: AttemptPlan;
}

type Steps = Pick<Acceptance, 'change' | 'expectedMs' | 'reuse' | 'firstStep'>;

/** Accepts generations: checked, priced, then stored with reservation, first event and job in one transaction. */
export class AcceptGeneration {
  constructor(private readonly tools: AcceptTools) {}

  /** Answers the first generation of an idempotency key that is used again. Throws catalogue errors; then nothing is kept. */
  async run(owner: Owner, wanted: WantedGeneration): Promise<{ generation: Generation; replayed: boolean }> {
    const earlier = await this.findByKey(owner, wanted);
    if (earlier) return { generation: earlier, replayed: true };
    if (wanted.webhookUrl !== '') this.checkWebhook(wanted.webhookUrl);
    if (wanted.parentId !== '') await this.checkParent(owner, wanted.parentId);
    const { stored, ...inputs } = await this.admit(owner, wanted);
    try {
      const accepted = await this.tools.store.accept({
        ...this.steps(owner, wanted, inputs),
        ...(wanted.idempotencyKey === ''
          ? {}
          : { idempotency: { key: wanted.idempotencyKey, requestHash: wanted.requestHash } }),
        inputs: stored,
      });
      if (accepted.replayed) await this.tools.inputs.discard(stored);
      return accepted;
    } catch (error) {
      await this.tools.inputs.discard(stored);
      throw error;
    }
  }

  /** The generation, and the one that it waits for where there are two steps. */
  private steps(owner: Owner, wanted: WantedGeneration, inputs: Inputs): Steps {
    const { firstStep } = wanted;
    if (!firstStep) return priced(this.step(owner, wanted, inputs));
    const before = { ...wanted, ...firstStep, webhookUrl: '', firstStep: undefined };
    const first = this.step(owner, before, inputs);
    if (first.plan.media !== 'image') throw noPicture(firstStep);
    // What its input will be is not known yet, so no stored result can stand for it.
    const last = this.step(owner, wanted, { images: [], mask: undefined, hashes: [undefined], coming: 1 });
    const linked = link(first.generation, last.generation);
    const firstAccepted = priced({ ...first, generation: linked.first });
    return { ...priced({ ...last, generation: linked.last }), firstStep: firstAccepted };
  }

  private step(owner: Owner, wanted: WantedGeneration, inputs: Inputs): Step {
    const { finalPrompt: prompt, parameters } = wanted;
    const { images, mask, hashes, coming = 0 } = inputs;
    const imageCount = images.length + coming;
    const plan = this.plan(wanted, { prompt, parameters, imageCount, hasMask: mask !== undefined });
    return {
      generation: this.generation(owner, wanted, { images, mask, plan }),
      plan,
      ...this.reuse(wanted, plan, hashes),
    };
  }

  /** The generation that a key stands for; undefined when it is unused. Throws IDEMPOTENCY_KEY_REUSED for another request. */
  async findByKey(
    owner: Pick<Owner, 'userId'>,
    { idempotencyKey, requestHash }: Pick<WantedGeneration, 'idempotencyKey' | 'requestHash'>,
  ): Promise<Generation | undefined> {
    if (idempotencyKey === '') return undefined;
    const known = await this.tools.store.findByKey(owner.userId, idempotencyKey);
    if (!known) return undefined;
    if (known.requestHash !== requestHash) throw generationErrors.IDEMPOTENCY_KEY_REUSED();
    const generation = await this.tools.store.find(known.generationId);
    if (!generation) throw generationErrors.GENERATION_NOT_FOUND();
    return generation;
  }

  private checkWebhook(url: string): void {
    const message = this.tools.webhookProblem(url);
    if (message === undefined) return;
    throw generationErrors.WEBHOOK_URL_NOT_ALLOWED({ violations: [{ field: 'webhook_url', message }] });
  }

  private async checkParent(owner: Owner, parentId: string): Promise<void> {
    const parent = await this.tools.store.find(parentId);
    if (parent && (owner.isAdmin || parent.ownerId === owner.userId)) return;
    const violations = [{ field: 'parent_id', message: 'There is no such generation.' }];
    throw generationErrors.INVALID_GENERATION({ violations });
  }

  private async admit(owner: Owner, { inputs }: WantedGeneration) {
    if (inputs.kind === 'admitted') {
      const { images, mask } = inputs;
      return { images, mask, stored: [], hashes: [...images, ...(mask ? [mask] : [])].map(() => undefined) };
    }
    const images = await this.tools.inputs.admit(owner, inputs.images, 'input_images');
    try {
      const mask = await this.tools.inputs.admit(owner, inputs.mask === '' ? [] : [inputs.mask], 'mask');
      return {
        images: images.images,
        mask: mask.images[0],
        stored: [...images.stored, ...mask.stored],
        hashes: [...images.hashes, ...mask.hashes],
      };
    } catch (error) {
      await this.tools.inputs.discard(images.stored);
      throw error;
    }
  }

  /** Whether equal requests may share a result. By default only where the same seed makes the same. */
  private reuse(
    { cache, finalPrompt, parameters: { seed }, inputs }: WantedGeneration,
    plan: AttemptPlan,
    hashes: readonly (string | undefined)[],
  ): Pick<Acceptance, 'reuse'> {
    const known = hashes.filter((hash) => hash !== undefined);
    if (!this.tools.keepsResults || known.length < hashes.length) return {};
    const hasMask = inputs.mask !== undefined && inputs.mask !== '';
    const imageHashes = hasMask ? known.slice(0, -1) : known;
    const key = resultKey({ plan, seed, finalPrompt, imageHashes, maskHash: hasMask ? known.at(-1) : undefined });
    const isCertain = seed !== undefined && plan.deterministic;
    return { reuse: { key, allowed: cache === 'allow' || (cache === 'default' && isCertain) } };
  }

  private plan({ workflow, chain }: WantedGeneration, request: PlanRequest): AttemptPlan {
    const { planner, desk, advice } = this.tools;
    const [chosen = '', ...fallbacks] = chain;
    const result = planner.plan(chosen, request);
    if (!result.ok) throw refusal(result);
    const { provider, modelId } = result.plan;
    const state = desk.stateOf(provider, modelId);
    if (state === 'usable' || state === 'circuit_open') return result.plan;
    // What is turned off is replaced when it runs, if the plan names somebody.
    if (state === 'disabled' && fallbacks.some((id) => this.canBeAsked(id, request))) return result.plan;
    const reason = state === 'disabled' ? 'PROVIDER_DISABLED' : 'PROVIDER_NOT_CONFIGURED';
    const alternatives = advice.alternatives(reason, { workflow, chain, provider, asked: [modelId], request });
    throw generationErrors[reason]({ metadata: { provider }, alternatives });
  }

  private canBeAsked(id: string, request: PlanRequest): boolean {
    const result = this.tools.planner.plan(id, request);
    if (!result.ok) return false;
    const state = this.tools.desk.stateOf(result.plan.provider, result.plan.modelId);
    return state === 'usable' || state === 'circuit_open';
  }

  private generation(
    owner: Owner,
    wanted: WantedGeneration,
    made: { images: readonly InputImage[]; mask: InputImage | undefined; plan: AttemptPlan },
  ): Generation {
    const { plan } = made;
    const { idempotencyKey: _key, requestHash: _hash, inputs: _inputs, cache: _cache, ...rest } = wanted;
    const { parameters, chain, firstStep: _step, ...carried } = rest;
    const nowMs = this.tools.clock.now();
    return {
      ...carried,
      generationId: this.tools.random.id(),
      ownerId: owner.userId,
      state: 'queued',
      progress: 0,
      queuePosition: 0,
      media: plan.media,
      chain: [...new Set([plan.modelId, ...chain.slice(1)])],
      provider: plan.provider,
      modelId: plan.modelId,
      requestedParameters: parameters,
      parameters: plan.parameters,
      inputImages: made.images,
      ...(made.mask ? { mask: made.mask } : {}),
      warnings: [...new Set([...wanted.warnings, ...plan.warnings])],
      reservationId: this.tools.random.id(),
      estimatedCostMicros: plan.estimatedCostMicros,
      attempts: [],
      outputs: [],
      lastSequence: 0,
      createTimeMs: nowMs,
      updateTimeMs: nowMs,
    };
  }
}

function priced({ generation, plan, reuse }: Step): Omit<Steps, 'firstStep'> {
  const { reservedCostMicros, expectedMs } = plan;
  return { change: accept(generation, reservedCostMicros), expectedMs, ...(reuse ? { reuse } : {}) };
}

function noPicture({ chain: [modelId = ''] }: WantedStep) {
  const violations = [
    { field: 'model_id', message: `${modelId} makes no picture that another step could start from.` },
  ];
  return generationErrors.INVALID_GENERATION({ violations });
}

function refusal({ reason, violations }: PlanResult & { ok: false }) {
  switch (reason) {
    case 'unknown_model':
      return generationErrors.MODEL_UNKNOWN({ violations });
    case 'price_unknown':
      return generationErrors.PRICE_UNKNOWN({ violations });
    case 'not_supported':
      return generationErrors.PARAMETERS_NOT_SUPPORTED({ violations });
  }
}
