import type { CancelAtProvider } from './cancel-at-provider.js';
import { type Generation, hasEnded } from './generation.js';
import type { Clock, GenerationStore, ProviderMemory } from './ports.js';
import type { Purchase } from './purchase.js';
import { signatureProblem, type SignedMessage } from './webhook-signature.js';

/** A provider's message about a job. */
export interface ProviderWebhook extends SignedMessage {
  readonly provider: string;
  /** From our own webhook address; empty when it was not there. */
  readonly token: string;
}

/** Messages that were taken already. */
export interface WebhookReceipts {
  /** False when it was taken before. */
  take(provider: string, webhookId: string, nowMs: number): Promise<boolean>;
  /** After a failure, so that its repetition counts. */
  giveBack(provider: string, webhookId: string): Promise<void>;
}

/** What receiving needs. */
export interface WebhookTools {
  /** What a provider's messages are signed with, the old and the new secret during a change; empty when it sends none. */
  readonly secrets: (provider: string) => Promise<readonly string[]>;
  readonly receipts: WebhookReceipts;
  readonly purchases: {
    findNamed(
      provider: string,
      name: { readonly token: string; readonly jobId: string },
    ): Promise<{ readonly purchase: Purchase; readonly jobId: string | undefined } | undefined>;
  };
  readonly store: Pick<GenerationStore, 'find' | 'noteProviderJob'>;
  readonly memory: Pick<ProviderMemory, 'identify'>;
  readonly cancelAtProvider: CancelAtProvider;
  /** Wakes whoever works on the generation, in whatever process. */
  readonly wake: (generationId: string) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** What became of a message. `accepted`: whoever follows the job looks at once. */
export type WebhookOutcome =
  | 'accepted'
  | 'duplicate'
  /** Genuine, but everything is decided already. */
  | 'too_late'
  | 'not_used'
  | 'malformed'
  | 'forged'
  | 'stale'
  | 'unknown_job'
  | 'provider_unreachable';

const longestLookUpMs = 15_000;

/**
 * Takes a provider's message that a job has ended. What it says is never believed: it only makes whoever follows the job
 * ask the provider. One that names an attempt whose answer was lost tells its job, after the provider confirmed it.
 */
export class ReceiveWebhook {
  constructor(private readonly tools: WebhookTools) {}

  async run(webhook: ProviderWebhook): Promise<WebhookOutcome> {
    const { receipts, clock } = this.tools;
    const { provider, id } = webhook;
    const secrets = await this.tools.secrets(provider).catch(() => undefined);
    if (!secrets) return 'provider_unreachable';
    if (secrets.length === 0) return 'not_used';
    const problem = signatureProblem(webhook, secrets, clock.now());
    if (problem) return problem;
    const jobId = jobIdOf(webhook.body);
    if (jobId === undefined) return 'malformed';
    if (!(await receipts.take(provider, id, clock.now()))) return 'duplicate';
    let outcome: WebhookOutcome = 'provider_unreachable';
    try {
      outcome = await this.take(webhook, jobId);
    } finally {
      if (outcome === 'provider_unreachable') await receipts.giveBack(provider, id);
    }
    return outcome;
  }

  private async take({ provider, token }: ProviderWebhook, jobId: string): Promise<WebhookOutcome> {
    const { purchases, store } = this.tools;
    const named = await purchases.findNamed(provider, { token, jobId });
    if (!named || (named.jobId !== undefined && named.jobId !== jobId)) return 'unknown_job';
    const { purchase } = named;
    const generation = await store.find(purchase.generationId);
    if (!generation) return 'too_late';
    if (named.jobId === undefined) {
      const refusal = await this.resolve(purchase, jobId);
      if (refusal) return refusal;
    }
    return this.tell(generation);
  }

  /** Gives the job to the attempt that the message names, if the provider's own record of the job agrees. */
  private async resolve(purchase: Purchase, jobId: string): Promise<WebhookOutcome | undefined> {
    const { memory, store } = this.tools;
    const job = await memory.identify(purchase, jobId, AbortSignal.timeout(longestLookUpMs));
    if (job === 'unreachable') return 'provider_unreachable';
    if (job === 'not_its_own') return 'unknown_job';
    return (await store.noteProviderJob(purchase.attemptId, jobId)) ? undefined : 'unknown_job';
  }

  private async tell(generation: Generation): Promise<WebhookOutcome> {
    if (!hasEnded(generation)) {
      await this.tools.wake(generation.generationId);
      return 'accepted';
    }
    // Cancelled while nobody knew the job: now it can be stopped.
    if (generation.state === 'cancelled') await this.tools.cancelAtProvider.run();
    return 'too_late';
  }
}

function jobIdOf(body: Uint8Array): string | undefined {
  try {
    const message: unknown = JSON.parse(new TextDecoder().decode(body));
    const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
    return typeof id === 'string' && /^[\w-]{1,128}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
