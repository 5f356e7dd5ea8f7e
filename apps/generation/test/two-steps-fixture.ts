import { Workflow } from '@atelier/contracts/creative/v1';
import { CreateGenerationRequest, FirstStep, type Generation } from '@atelier/contracts/generation/v1';
import { ProviderError } from '@atelier/model-providers';
import { callAs } from '@atelier/testing';
import { v7 as uuidv7 } from 'uuid';
import { delivered, picture, working } from './fake-provider.js';
import { Harness } from './harness.js';
import { deliveredVideo } from './moving-picture.js';

export const kontext = 'black-forest-labs/flux-kontext-pro';
export const ltx = 'lightricks/ltx-video';
const dataUrl = `data:image/png;base64,${picture.toString('base64')}`;

/** A job whose id tells its model. */
export const takeOn = ({ modelId }: { modelId: string }) => working(`${modelId}#${uuidv7()}`);
/** A picture, or a video. */
export const deliver = (id: string) => (id.startsWith(ltx) ? deliveredVideo(id) : delivered(id));
export const refuse = (): never => {
  throw new ProviderError('content_policy', 'replicate', 'no');
};

/** A service that edits and animates. */
export class TwoSteps {
  private constructor(readonly harness: Harness) {}

  static async open(env: NodeJS.ProcessEnv): Promise<TwoSteps> {
    const two = new TwoSteps(await Harness.open(env));
    two.forget();
    return two;
  }

  /** A provider that takes everything and has been asked nothing. */
  forget(): void {
    const { replicate, reported } = this.harness;
    for (const list of [replicate.submitted, replicate.cancelled, reported]) list.length = 0;
    replicate.onSubmit = takeOn;
    replicate.onGet = deliver;
  }

  /** Models in the order in which they were asked. */
  models(): string[] {
    return this.harness.replicate.submitted.map(({ modelId }) => modelId);
  }

  /** The second step, and the id of the first. */
  async animate(userId: string, change: Partial<CreateGenerationRequest> = {}): Promise<[Generation, string]> {
    const last = await this.harness.create(userId, {
      prompt: 'make the sky purple and let the clouds drift',
      finalPrompt: 'let the clouds drift',
      workflow: Workflow.WORKFLOW_IMAGE_TO_VIDEO,
      modelId: ltx,
      inputImages: [dataUrl],
      firstStep: FirstStep.create({
        finalPrompt: 'make the sky purple',
        workflow: Workflow.WORKFLOW_IMAGE_EDITING,
        modelId: kontext,
      }),
      ...change,
    });
    return [last, last.steps[0]?.generationId ?? ''];
  }

  async retry(userId: string, generationId: string): Promise<Generation> {
    const request = { generationId, idempotencyKey: '' };
    const { generation } = await this.harness.generations.retryGeneration(request, { context: callAs(userId) });
    if (!generation) throw new Error('no generation');
    return generation;
  }

  async cancel(userId: string, generationId: string): Promise<Generation | undefined> {
    const context = callAs(userId);
    return (await this.harness.generations.cancelGeneration({ generationId }, { context })).generation;
  }

  async remove(userId: string, generationId: string): Promise<void> {
    await this.harness.generations.deleteGeneration({ generationId }, { context: callAs(userId) });
  }
}
