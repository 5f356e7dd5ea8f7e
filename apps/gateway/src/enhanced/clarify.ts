import type { ModelSelectorServiceService } from '@atelier/contracts/selector/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { WorkflowName } from '../http/workflow-name.js';
import type { Choice, Clarification, Intent } from './plan.js';
import { select, type SelectionWish } from './select.js';

/** Two readings this close are worth a question. */
const closeConfidence = 0.2;
/** … if one costs more than this many times the other. */
const priceFactor = 2;

const labels: Readonly<Record<WorkflowName, string>> = {
  image_generation: 'Make a new picture',
  video_generation: 'Make a video with sound',
  image_to_video: 'Bring the picture to life',
  text_to_video: 'Make a video without sound',
  image_editing: 'Change the picture',
  image_enhancement: 'Improve the picture',
  reference_styling: 'Dress or style the person',
  hair_styling: 'Change the hair',
  style_transfer: 'Give the picture another style',
};

/** A question when the second-best reading is close and differs much in price; costs a second selection only then. */
export async function clarify(
  selector: Pick<GrpcClient<typeof ModelSelectorServiceService>, 'selectModel'>,
  intent: Intent,
  choice: Choice,
  wish: SelectionWish,
  context: CallContext,
): Promise<Clarification | undefined> {
  const { runnerUp } = intent;
  // A named model answers the question already.
  if (!runnerUp || wish.modelId || intent.confidence - runnerUp.confidence > closeConfidence) return undefined;
  const otherWish = { ...wish, workflow: runnerUp.workflow, confidence: runnerUp.confidence };
  const other = await select(selector, otherWish, context).catch(() => undefined);
  if (!other) return undefined;
  const costs = [choice.costMicros, other.choice.costMicros];
  if (Math.max(...costs) <= priceFactor * Math.min(...costs)) return undefined;
  const option = (workflow: WorkflowName, costMicros: number) => ({ label: labels[workflow], workflow, costMicros });
  return {
    question: `Did you mean “${labels[intent.workflow]}” or “${labels[runnerUp.workflow]}”?`,
    options: [option(intent.workflow, choice.costMicros), option(runnerUp.workflow, other.choice.costMicros)],
  };
}
