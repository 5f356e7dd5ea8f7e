import { hashInput } from '../canonical-json.js';
import type { FaultSubject } from '../control/fault-plan.js';
import type { RenderedFile } from '../rendering/output-format.js';
import type { SandboxContext } from '../sandbox-context.js';
import type { CreationRequest } from './creation-request.js';
import { InputImageError, readInputImages } from './input-images.js';
import { outputCount, outputName, DELIVERY_PATH } from './prediction-resource.js';
import { Prediction, type Ending } from './prediction.js';
import { PredictionStore } from './prediction-store.js';
import { renderJobFor } from './render-job.js';
import type { UploadedFiles } from './uploaded-files.js';
import { nextMoment, WebhookSender } from './webhook-sender.js';

/** Share of a model's realistic duration that passes before its work begins. */
const START_SHARE = 0.15;
const MAX_SEED = 2 ** 31;
const REFUSED = 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)';

/** Creates predictions, lets them run their course, and renders their outputs when they are asked for. */
export class PredictionService {
  readonly store = new PredictionStore();
  readonly webhooks: WebhookSender;

  constructor(
    private readonly context: SandboxContext,
    private readonly files: UploadedFiles,
  ) {
    this.webhooks = new WebhookSender(context);
  }

  /** Starts a prediction: from here on it would have to be paid. `origin` is where links in webhooks will point. */
  create(request: CreationRequest, subject: FaultSubject, origin: string): Prediction {
    const { clock, random, timeScale, faults, creations } = this.context;
    const { model, input, effectiveInput, webhook, cancelAfterMs } = request;
    const now = clock.now();
    const durationMs = model.seconds * 1000 * timeScale;
    const given = effectiveInput['seed'];
    const prediction = new Prediction({
      id: random.id(26),
      model,
      input,
      effectiveInput: { ...effectiveInput, seed: typeof given === 'number' ? given : random.integer(MAX_SEED) },
      createdAt: now,
      startDelayMs: durationMs * START_SHARE,
      workMs: durationMs * (1 - START_SHARE),
      ...(cancelAfterMs === undefined ? {} : { deadlineAt: now + cancelAfterMs }),
      ending: toEnding(faults.take(subject, ['policy_refusal', 'never_finish', 'fail'])),
      origin,
    });
    this.store.add(prediction);
    creations.record({
      id: prediction.plan.id,
      provider: 'replicate',
      model: model.id,
      at: new Date(now).toISOString(),
      inputHash: hashInput(input),
      ...(webhook === undefined ? {} : { webhook: webhook.url }),
    });
    void this.#readInputs(prediction);
    if (webhook) {
      const late = faults.take(subject, ['late_webhook']);
      this.webhooks.follow(prediction, {
        ...webhook,
        isDuplicated: faults.take(subject, ['duplicate_webhook']) !== undefined,
        completedDelayMs: late?.delayMs ?? 0,
        isForged: faults.take(subject, ['forged_webhook']) !== undefined,
      });
    }
    return prediction;
  }

  /** Resolves when the prediction has ended, after `waitMs` at the latest, or when `stop` aborts. */
  async waitForEnd(prediction: Prediction, waitMs: number, stop: AbortSignal): Promise<void> {
    const { clock, closing } = this.context;
    const latest = clock.now() + waitMs;
    const stopped = AbortSignal.any([stop, closing]);
    while (clock.now() < latest && !stopped.aborted && prediction.phaseAt(clock.now()).completedAt === undefined)
      await nextMoment(prediction, clock, latest, stopped);
  }

  /** The bytes of an output file; undefined when there is no such file (yet, or any more). */
  async readOutput(id: string, name: string): Promise<RenderedFile | undefined> {
    const prediction = this.store.find(id);
    const phase = prediction?.phaseAt(this.context.clock.now());
    if (!prediction || phase?.status !== 'succeeded' || phase.isDataRemoved) return undefined;
    const names = Array.from({ length: outputCount(prediction) }, (_, index) => outputName(prediction, index));
    const index = names.indexOf(name);
    if (index < 0) return undefined;
    const { model, effectiveInput } = prediction.plan;
    return this.context.studio.render(`${id}/${name}`, async () =>
      renderJobFor(model, effectiveInput, prediction.images, index),
    );
  }

  async #readInputs(prediction: Prediction): Promise<void> {
    const { clock, logger } = this.context;
    const { model, effectiveInput, id, createdAt } = prediction.plan;
    try {
      const images = await readInputImages(model, effectiveInput, (pathname) => this.#readOwnFile(pathname));
      // Reading nothing takes no time, however busy the process is.
      prediction.inputsRead(images.length === 0 ? createdAt : clock.now(), images);
    } catch (error) {
      if (!(error instanceof InputImageError))
        logger.error({ error, prediction: id }, 'reading the input images failed');
      prediction.inputsFailed(clock.now(), error instanceof InputImageError ? error.message : 'Prediction interrupted');
    }
  }

  /** Uploaded files, and outputs of earlier predictions: what one step makes, the next one may start from. */
  async #readOwnFile(pathname: string): Promise<Uint8Array | undefined> {
    const [, fileId] = /^\/replicate\/v1\/files\/([^/]+)$/.exec(pathname) ?? [];
    if (fileId !== undefined) return this.files.find(fileId, this.context.clock.now())?.bytes;
    if (!pathname.startsWith(`${DELIVERY_PATH}/`)) return undefined;
    const [id = '', name = ''] = pathname.slice(DELIVERY_PATH.length + 1).split('/');
    return (await this.readOutput(id, name))?.bytes;
  }
}

function toEnding(
  fault: { kind: 'policy_refusal' | 'never_finish' } | { kind: 'fail'; message: string } | undefined,
): Ending {
  switch (fault?.kind) {
    case 'policy_refusal':
      return { kind: 'failure', error: REFUSED };
    case 'fail':
      return { kind: 'failure', error: fault.message };
    case 'never_finish':
      return { kind: 'never' };
    default:
      return { kind: 'success' };
  }
}
