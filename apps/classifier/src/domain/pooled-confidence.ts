import { type Workflow, workflows } from './intent.js';

/**
 * What is assumed about language models until feedback says more. They are asked where the local model is unsure, so
 * about one answer in seven is taken to be wrong, and they call nearly everything 0.9, so what they say of
 * themselves counts for half. Both weights are below one because the two read the same words and err together: taken
 * for independent witnesses they would make each other too sure.
 */
const TRUST = 0.85;
const STATED_SHARE = 0.5;
const LOCAL_WEIGHT = 0.5;
const REMOTE_WEIGHT = 0.7;
/** The local model has never ruled a workflow out for good. */
const LEAST_PROBABILITY = 0.001;
const MOST_CONFIDENCE = 0.95;

/**
 * Confidence in a language model's answer: log-linear pool of the local distribution (in the order of `workflows`)
 * and of an opinion that gives the answered workflow its trust and the others the rest evenly. Grows with both, lies
 * in 0..0.95, and is low where the local model finds the answer absurd.
 */
export function pooledConfidence(local: Float64Array, workflow: Workflow, stated: number): number {
  const said = Number.isFinite(stated) ? Math.min(1, Math.max(0, stated)) : 0;
  const trust = STATED_SHARE * said + (1 - STATED_SHARE) * TRUST;
  const doubt = (1 - trust) / (workflows.length - 1);
  const pool = workflows.map((name, i) => {
    const probability = Math.max(local[i] ?? 0, LEAST_PROBABILITY);
    return probability ** LOCAL_WEIGHT * (name === workflow ? trust : doubt) ** REMOTE_WEIGHT;
  });
  const total = pool.reduce((sum, part) => sum + part, 0);
  return Math.min(MOST_CONFIDENCE, (pool[workflows.indexOf(workflow)] ?? 0) / total);
}
