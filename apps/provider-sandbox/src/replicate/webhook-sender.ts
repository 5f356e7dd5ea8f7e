import { pause, type Clock } from '../clock.js';
import type { SandboxContext } from '../sandbox-context.js';
import { predictionResource } from './prediction-resource.js';
import type { Prediction } from './prediction.js';
import { signWebhook, type WebhookHeaders } from './webhook-signature.js';

/** Events a caller can ask for. */
export type WebhookEvent = 'start' | 'output' | 'logs' | 'completed';

/** Where a prediction's webhooks go and how they misbehave. */
export interface WebhookTarget {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Sends every message twice under the same id. */
  readonly isDuplicated: boolean;
  /** Holds the `completed` message back. */
  readonly completedDelayMs: number;
  /** Sends a wrongly signed "success" before the real `completed`. */
  readonly isForged: boolean;
}

const LOGS_EVERY_MS = 500;
const ATTEMPTS = 4;
const FIRST_RETRY_MS = 1_000;
const ANSWER_WITHIN_MS = 10_000;

/** Follows predictions and sends their webhooks, in order, until they have ended or the sandbox closes. */
export class WebhookSender {
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly context: SandboxContext) {}

  /** Starts in the background; failures are logged, as no one waits for a webhook. */
  follow(prediction: Prediction, target: WebhookTarget): void {
    const running = this.#follow(prediction, target)
      .catch((error: unknown) => this.context.logger.error({ error, prediction: prediction.plan.id }, 'webhook failed'))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is being sent any more; call after `closing` aborted. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #follow(prediction: Prediction, target: WebhookTarget): Promise<void> {
    const { clock, closing } = this.context;
    const wants = (event: WebhookEvent) => target.events.includes(event);
    let hasStarted = false;
    let lastLogsAt = clock.now();
    while (!closing.aborted) {
      const now = clock.now();
      const phase = prediction.phaseAt(now);
      if (!hasStarted && phase.startedAt !== undefined) {
        hasStarted = true;
        if (wants('start')) await this.#deliver(prediction, target, 'start');
      }
      if (phase.completedAt !== undefined) break;
      const isLogsDue = wants('logs') && hasStarted && now - lastLogsAt >= LOGS_EVERY_MS;
      if (isLogsDue) {
        lastLogsAt = now;
        await this.#deliver(prediction, target, 'logs');
      }
      const logsAt = wants('logs') && hasStarted ? lastLogsAt + LOGS_EVERY_MS : Infinity;
      await nextMoment(prediction, clock, logsAt, closing);
    }
    if (closing.aborted) return;
    const { status } = prediction.phaseAt(clock.now());
    if (status === 'succeeded' && wants('output')) await this.#deliver(prediction, target, 'output');
    if (target.isForged) await this.#forge(prediction, target);
    await pause(clock, target.completedDelayMs, closing);
    if (wants('completed') && !closing.aborted) await this.#deliver(prediction, target, 'completed');
  }

  async #deliver(prediction: Prediction, target: WebhookTarget, event: WebhookEvent): Promise<void> {
    const { clock, random, webhookSecret, closing, logger } = this.context;
    const body = JSON.stringify(predictionResource(prediction, clock.now(), prediction.plan.origin));
    const id = `msg_${random.id(27)}`;
    for (let attempt = 0; attempt < ATTEMPTS && !closing.aborted; attempt += 1) {
      const headers = signWebhook(webhookSecret, id, Math.floor(clock.now() / 1000), body);
      if (await this.#post(target.url, headers, body)) {
        if (target.isDuplicated) await this.#post(target.url, headers, body);
        return;
      }
      await pause(clock, FIRST_RETRY_MS * 2 ** attempt, closing);
    }
    logger.warn({ prediction: prediction.plan.id, event }, 'webhook was not accepted');
  }

  async #forge(prediction: Prediction, target: WebhookTarget): Promise<void> {
    const { clock, random } = this.context;
    const truth = predictionResource(prediction, clock.now(), prediction.plan.origin);
    const body = JSON.stringify({ ...truth, status: 'succeeded', output: 'https://forged.example/output.png' });
    const wrongSecret = `whsec_${Buffer.from('not the signing secret').toString('base64')}`;
    const headers = signWebhook(wrongSecret, `msg_${random.id(27)}`, Math.floor(clock.now() / 1000), body);
    await this.#post(target.url, headers, body);
  }

  /** True when the receiver took the message; redirects are not followed and count as refused. */
  async #post(url: string, headers: WebhookHeaders, body: string): Promise<boolean> {
    try {
      const answer = await this.context.fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.context.closing, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }
}

/** Waits until time or an event changes the prediction, but not past `latest`. */
export async function nextMoment(
  prediction: Prediction,
  clock: Clock,
  latest: number,
  stop: AbortSignal,
): Promise<void> {
  const now = clock.now();
  const waiting = new AbortController();
  const moment = Math.min(latest, prediction.nextChangeAt(now));
  await Promise.race([prediction.changed, pause(clock, moment - now, AbortSignal.any([waiting.signal, stop]))]);
  waiting.abort();
}
