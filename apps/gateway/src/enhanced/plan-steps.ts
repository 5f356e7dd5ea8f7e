import type { CallContext } from '@atelier/grpc';
import type { GenerationParameters } from '../http/generation-parameters.js';
import type { ClassifiedStep } from './classify.js';
import { layOver } from './parameter-layers.js';
import type { Choice, PlanStep } from './plan.js';
import { select, type Selected, type SelectionWish } from './select.js';
import { outageOf } from './service-outage.js';

type Selector = Parameters<typeof select>[0];

/** What a wish about the result also says about the picture that it is made from. */
const ofThePicture = ['negative_prompt', 'aspect_ratio', 'width', 'height', 'seed', 'quality'] as const;

/**
 * Chooses a model, or one for each step where there are two. Who names a model or a provider gets one step, and so does
 * everybody when no model takes the first one: the whole prompt is then for the model of the last.
 */
export async function selectSteps(
  selector: Selector,
  steps: readonly ClassifiedStep[] | undefined,
  wish: SelectionWish,
  context: CallContext,
): Promise<Selected> {
  const [first, last] = wish.modelId || wish.provider ? [] : (steps ?? []);
  if (!first || !last) return select(selector, wish, context);
  // How much the picture changes is asked of the step that changes it.
  const { strength, ...explicit } = wish.explicit ?? {};
  const change = strength === undefined ? undefined : { strength };
  const soft = pick(layOver(explicit, wish.soft));
  const firstWish = { ...wish, workflow: first.workflow, prompt: first.prompt, explicit: change, soft };
  const lastWish = { ...wish, prompt: last.prompt, imageCount: 1, hasMask: false, explicit };
  const [edit, motion] = await Promise.all([
    select(selector, firstWish, context).catch(noModel),
    select(selector, lastWish, context),
  ]);
  if (!edit) return select(selector, wish, context);
  const warnings = edit.warnings.map((warning) => `First step: ${warning}`);
  return {
    choice: motion.choice,
    warnings: [...warnings, ...motion.warnings],
    missingInputs: [...edit.missingInputs, ...motion.missingInputs],
    firstStep: { ...edit.choice, workflow: first.workflow, finalPrompt: first.finalPrompt, warnings: edit.warnings },
    finalPrompt: last.finalPrompt,
  };
}

/** What all steps cost and take together, one after the other. */
export function totalOf({ firstStep, ...last }: Choice & { readonly firstStep?: PlanStep | undefined }) {
  const steps = [...(firstStep ? [firstStep] : []), last];
  const sum = (of: (step: Choice) => number): number => steps.reduce((total, step) => total + of(step), 0);
  return {
    costMicros: sum(({ costMicros }) => costMicros),
    costRangeMicros: [
      sum(({ costRangeMicros }) => costRangeMicros[0]),
      sum(({ costRangeMicros }) => costRangeMicros[1]),
    ],
    timeS: sum(({ timeS }) => timeS),
    timeRangeS: [sum(({ timeRangeS }) => timeRangeS[0]), sum(({ timeRangeS }) => timeRangeS[1])],
  } as const;
}

/** Nothing that the wish is to blame for; an outage is thrown. */
function noModel(error: unknown): undefined {
  let outage: Error;
  try {
    outage = outageOf(error);
  } catch {
    return undefined;
  }
  throw outage;
}

function pick(wished: GenerationParameters): GenerationParameters | undefined {
  const picked = Object.fromEntries(
    ofThePicture.flatMap((name) => (wished[name] === undefined ? [] : [[name, wished[name]]])),
  );
  return Object.keys(picked).length > 0 ? picked : undefined;
}
