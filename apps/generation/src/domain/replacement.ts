import type { GenerationParameters } from '@atelier/model-catalog';
import type { AttemptPlan } from './ports.js';

/** What a plan promises. */
export type Promised = Pick<AttemptPlan, 'modelId' | 'parameters' | 'abilities' | 'estimatedCostMicros'>;

/** Says what a replacing model does otherwise than the one it replaces; undefined when there is nothing to say. */
export function lostWith(before: Promised, after: Promised): string | undefined {
  const losses = [
    ...repeatability(before, after),
    ...shape(before.parameters, after.parameters),
    ...cost(before, after),
  ];
  return losses.length === 0 ? undefined : `With ${after.modelId} instead of ${before.modelId}: ${losses.join('; ')}.`;
}

function repeatability(before: Promised, after: Promised): string[] {
  if (before.abilities.seed && !after.abilities.seed) return ['it takes no seed, so the result can not be repeated'];
  if (before.abilities.repeatable && !after.abilities.repeatable) return ['the same seed may give another result'];
  return [];
}

function shape(before: GenerationParameters, after: GenerationParameters): string[] {
  const told = (what: (parameters: GenerationParameters) => string | undefined): string[] => {
    const [wanted, given] = [what(before), what(after)];
    return wanted === undefined || given === undefined || wanted === given ? [] : [`${given} instead of ${wanted}`];
  };
  return [
    ...told(({ width, height }) => (width && height ? `${width}×${height}` : undefined)),
    ...told(({ aspectRatio }) => aspectRatio && `aspect ratio ${aspectRatio}`),
    ...told(({ durationS }) => (durationS ? `${durationS} s` : undefined)),
    ...told(({ fps }) => (fps ? `${fps} frames a second` : undefined)),
    ...told(({ numOutputs }) => outputs(numOutputs)),
    ...told(({ outputFormat }) => outputFormat && `the format ${outputFormat}`),
    ...(before.audio === true && after.audio !== true ? ['it has no sound'] : []),
  ];
}

function cost(before: Promised, after: Promised): string[] {
  if (after.estimatedCostMicros <= before.estimatedCostMicros) return [];
  const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;
  const [wanted, given] = [dollars(before.estimatedCostMicros), dollars(after.estimatedCostMicros)];
  return wanted === given ? [] : [`an estimated ${given} instead of ${wanted}`];
}

function outputs(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  return count === 1 ? '1 output' : `${count} outputs`;
}
