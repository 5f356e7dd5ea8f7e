import { createHash } from 'node:crypto';
import type { AttemptPlan } from './ports.js';

/** What decides about a result. */
export interface ResultRequest {
  readonly plan: Pick<AttemptPlan, 'modelId' | 'version' | 'parameters'>;
  /** As the caller gave it; a seed that we drew ourselves decides nothing. */
  readonly seed: number | undefined;
  readonly finalPrompt: string;
  /** SHA-256 of each input image, in order. */
  readonly imageHashes: readonly string[];
  readonly maskHash: string | undefined;
}

/** Equal for requests of the same model, prompt, parameters and contents of images: one's result may stand for the other's. */
export function resultKey({ plan, seed, finalPrompt, imageHashes, maskHash }: ResultRequest): string {
  const { seed: _drawn, ...parameters } = plan.parameters;
  const chosen = Object.entries({ ...parameters, seed })
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const request = [plan.modelId, plan.version ?? '', finalPrompt, chosen, imageHashes, maskHash ?? ''];
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}
