import {
  estimate,
  type Estimate,
  type GenerationParameters,
  mapParameters,
  type MediaModel,
  UnknownPriceError,
  type Violation,
} from '@atelier/model-catalog';
import { LRUCache } from 'lru-cache';

/** What a model is asked to do. */
export interface FitRequest {
  readonly prompt: string;
  readonly imageCount: number;
  readonly hasMask: boolean;
  readonly explicit: GenerationParameters;
  readonly soft: GenerationParameters;
}

/** How a model would serve a request, or everything that speaks against it. */
export type Fit =
  | {
      readonly ok: true;
      readonly parameters: GenerationParameters;
      readonly warnings: readonly string[];
      readonly estimate: Estimate;
    }
  | { readonly ok: false; readonly violations: readonly Violation[] };

const mostFits = 5_000;

/** Maps parameters and estimates a model, keeping the answers: most requests differ in nothing but the prompt's words. */
export class FitModel {
  private readonly known: LRUCache<string, Fit>;

  constructor(ttlMs: number) {
    this.known = new LRUCache({ max: mostFits, ttl: ttlMs });
  }

  fit(model: MediaModel, request: FitRequest): Fit {
    const key = fitKey(model, request);
    const known = this.known.get(key);
    if (known) return known;
    const fit = computeFit(model, request);
    this.known.set(key, fit);
    return fit;
  }
}

/** The prompt's words matter only to models that choose from lists; otherwise only its length does, for limits and token prices. */
function fitKey(model: MediaModel, { prompt, imageCount, hasMask, explicit, soft }: FitRequest): string {
  const byLength = model.price.unit === 'image_token' ? prompt.length : prompt.length > model.limits.promptCharacters;
  const words = model.prompt.rule === 'field' ? byLength : prompt;
  return JSON.stringify([model.id, imageCount, hasMask, explicit, soft, words]);
}

function computeFit(model: MediaModel, request: FitRequest): Fit {
  const mapped = mapParameters(model, request);
  if (!mapped.ok) return mapped;
  try {
    const inputs = { images: request.imageCount, promptCharacters: request.prompt.length };
    return {
      ok: true,
      parameters: mapped.effective,
      warnings: mapped.warnings,
      estimate: estimate(model, mapped.effective, inputs),
    };
  } catch (error) {
    if (error instanceof UnknownPriceError)
      return { ok: false, violations: [{ field: 'model_id', message: error.message }] };
    throw error;
  }
}
