import type { RecordedWork } from './provider-memory.js';

/** A secret that a provider was asked for is used this long, in milliseconds; it may have been rotated by then. */
const secretTtlMs = 10 * 60_000;
const failureTtlMs = 5_000;
const askTimeoutMs = 10_000;

/** Settings of webhooks. */
export interface ProviderWebhookOptions {
  /** Where the gateway can be reached from outside; without it webhooks are never asked for. */
  readonly publicUrl: string | undefined;
  /** Providers that send webhooks, and whether they also call an address without TLS. */
  readonly providers: ReadonlyMap<string, { readonly takesHttp: boolean; readonly secrets: readonly string[] }>;
  readonly memory: Pick<RecordedWork, 'webhookSecret'>;
  readonly now: () => number;
}

/** Where providers send webhooks to, and what these are signed with. */
export class ProviderWebhooks {
  readonly #asked = new Map<string, { readonly secret: Promise<string | undefined>; readonly untilMs: number }>();

  constructor(private readonly options: ProviderWebhookOptions) {}

  /** Our address for an attempt; undefined when this provider is not to call. */
  addressFor(provider: string, token: string): string | undefined {
    const { publicUrl } = this.options;
    const sender = this.options.providers.get(provider);
    if (!sender || publicUrl === undefined) return undefined;
    if (!publicUrl.startsWith('https:') && !sender.takesHttp) return undefined;
    return `${publicUrl}/api/v1/generations/webhooks/${provider}?attempt=${token}`;
  }

  /** The configured secrets, or else the one that the provider tells; none when it is not to call. */
  async secretsOf(provider: string): Promise<readonly string[]> {
    const sender = this.options.providers.get(provider);
    if (!sender || this.addressFor(provider, '') === undefined) return [];
    if (sender.secrets.length > 0) return sender.secrets;
    const nowMs = this.options.now();
    let asked = this.#asked.get(provider);
    if (!asked || asked.untilMs <= nowMs) {
      // Also a failure is kept for a moment: whoever calls the public address must not make us call the provider each time.
      const secret = this.options.memory.webhookSecret(provider, AbortSignal.timeout(askTimeoutMs));
      asked = { secret, untilMs: nowMs + secretTtlMs };
      this.#asked.set(provider, asked);
      const entry = asked;
      secret.catch(() => {
        if (this.#asked.get(provider) === entry) this.#asked.set(provider, { secret, untilMs: nowMs + failureTtlMs });
      });
    }
    const secret = await asked.secret;
    return secret === undefined ? [] : [secret];
  }
}
