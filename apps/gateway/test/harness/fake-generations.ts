import {
  Asset,
  Generation,
  GenerationEventType,
  GenerationState,
  type WatchGenerationResponse,
} from '@atelier/contracts/generation/v1';
import { fakeErrors, type FakeCaller, type FakeServices } from './fake-services.js';

/** A generation service in memory: owners, idempotency, and events that a test makes happen. */
export class FakeGenerations {
  readonly #byId = new Map<string, { generation: Generation; events: WatchGenerationResponse[] }>();
  readonly #byKey = new Map<string, { hash: string; id: string }>();
  readonly #wakes = new Set<() => void>();
  #next = 0;
  /** Streams that are being followed now. */
  watching = 0;

  constructor(services: FakeServices) {
    services.set('generation', 'createGeneration', (request, caller) => {
      const key = request.idempotencyKey && `${caller.identity.userId} ${request.idempotencyKey}`;
      const known = this.#byKey.get(key);
      if (known && known.hash !== request.requestHash) throw fakeErrors.THING_TAKEN();
      if (known) return { generation: this.#own(known.id, caller).generation, replayed: true };
      const {
        prompt,
        finalPrompt,
        workflow,
        modelId,
        parameters,
        sessionId,
        planRequestId,
        parentId,
        warnings,
        priority,
        inputImages,
      } = request;
      const generation = this.#add(caller, {
        prompt,
        finalPrompt,
        workflow,
        modelId,
        parameters,
        sessionId,
        planRequestId,
        parentId,
        warnings,
        priority,
        inputImages,
      });
      if (key) this.#byKey.set(key, { hash: request.requestHash, id: generation.generationId });
      return { generation, replayed: false };
    });
    services.set('generation', 'findGenerationByKey', ({ idempotencyKey, requestHash }, caller) => {
      const known = this.#byKey.get(`${caller.identity.userId} ${idempotencyKey}`);
      if (known && known.hash !== requestHash) throw fakeErrors.THING_TAKEN();
      return { generation: known && this.#own(known.id, caller).generation };
    });
    services.set('generation', 'getGeneration', ({ generationId }, caller) => ({
      generation: this.#own(generationId, caller).generation,
    }));
    services.set('generation', 'listGenerations', ({ states, parentId: parent }, caller) => ({
      generations: [...this.#byId.values()]
        .map(({ generation }) => generation)
        .filter(
          ({ ownerId, state, parentId }) =>
            ownerId === caller.identity.userId &&
            (states.length === 0 || states.includes(state)) &&
            (parent === '' || parent === parentId),
        ),
      nextPageToken: '',
    }));
    services.set('generation', 'cancelGeneration', ({ generationId }, caller) => {
      const { generation } = this.#own(generationId, caller);
      if (generation.state > GenerationState.GENERATION_STATE_RUNNING) throw fakeErrors.THING_ENDED();
      this.happen(generationId, GenerationEventType.GENERATION_EVENT_TYPE_CANCELLED);
      return { generation: this.#own(generationId, caller).generation };
    });
    services.set('generation', 'retryGeneration', ({ generationId }, caller) => {
      const { generation } = this.#own(generationId, caller);
      return { generation: this.#add(caller, { ...generation, parentId: generationId }) };
    });
    services.set('generation', 'deleteGeneration', ({ generationId }, caller) => {
      this.#own(generationId, caller);
      this.#byId.delete(generationId);
      return {};
    });
    services.set('generation', 'watchGeneration', ({ generationId, afterSequence }, caller) => {
      this.#own(generationId, caller);
      return this.#watch(generationId, afterSequence, caller);
    });
  }

  /** Makes an event happen; the ends change the state. */
  happen(generationId: string, type: GenerationEventType): void {
    const found = this.#byId.get(generationId);
    if (!found) throw new Error('no such generation');
    const states: Partial<Record<GenerationEventType, GenerationState>> = {
      [GenerationEventType.GENERATION_EVENT_TYPE_PROGRESS]: GenerationState.GENERATION_STATE_RUNNING,
      [GenerationEventType.GENERATION_EVENT_TYPE_SUCCEEDED]: GenerationState.GENERATION_STATE_SUCCEEDED,
      [GenerationEventType.GENERATION_EVENT_TYPE_FAILED]: GenerationState.GENERATION_STATE_FAILED,
      [GenerationEventType.GENERATION_EVENT_TYPE_CANCELLED]: GenerationState.GENERATION_STATE_CANCELLED,
    };
    const outputs =
      type === GenerationEventType.GENERATION_EVENT_TYPE_OUTPUT
        ? [
            Asset.create({
              assetId: outputId,
              storageKey: `${outputId}.png`,
              contentType: 'image/png',
              width: 64,
              height: 64,
            }),
          ]
        : found.generation.outputs;
    found.generation = { ...found.generation, state: states[type] ?? found.generation.state, outputs };
    found.events.push({ sequence: found.events.length + 1, type, eventTime: new Date(), generation: found.generation });
    for (const wake of this.#wakes) wake();
  }

  #add(caller: FakeCaller, fields: Partial<Generation>): Generation {
    const generationId = `0199f0a2-6b1e-7c4d-9d52-${String((this.#next += 1)).padStart(12, '0')}`;
    const now = new Date('2026-11-21T10:00:00Z');
    const generation = Generation.create({
      ...fields,
      generationId,
      ownerId: caller.identity.userId,
      state: GenerationState.GENERATION_STATE_QUEUED,
      queuePosition: 1,
      provider: 'replicate',
      estimatedCostMicros: 40_000,
      createTime: now,
      updateTime: now,
    });
    this.#byId.set(generationId, { generation, events: [] });
    this.happen(generationId, GenerationEventType.GENERATION_EVENT_TYPE_QUEUED);
    return generation;
  }

  #own(generationId: string, { identity }: FakeCaller) {
    const found = this.#byId.get(generationId);
    if (!found || (found.generation.ownerId !== identity.userId && !identity.scopes.includes('admin'))) {
      throw fakeErrors.THING_NOT_FOUND();
    }
    return found;
  }

  async *#watch(id: string, after: number, { cancelled }: FakeCaller): AsyncGenerator<WatchGenerationResponse> {
    this.watching += 1;
    try {
      for (let next = after; ;) {
        const events = this.#byId.get(id)?.events ?? [];
        for (; next < events.length; next += 1) {
          const event = events[next];
          if (event) yield event;
        }
        if ((this.#byId.get(id)?.generation.state ?? 5) > GenerationState.GENERATION_STATE_RUNNING || cancelled.aborted)
          return;
        await new Promise<void>((resolve) => {
          this.#wakes.add(resolve);
          cancelled.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    } finally {
      this.watching -= 1;
    }
  }
}

/** Id of the asset that every fake generation puts out. */
export const outputId = '0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1';
