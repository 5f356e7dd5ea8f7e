import { type ProviderAdapter, ProviderError } from '@atelier/model-providers';
import type { Logger } from '@atelier/service-defaults';
import type { ProviderMemory } from '../domain/ports.js';
import type { WorkRequest } from '../domain/provider-work.js';
import type { ListedJob, Purchase } from '../domain/purchase.js';

const discardTimeoutMs = 30_000;

/** What the configured providers remember. It buys nothing, so circuits and figures have no part in it. */
export class RecordedWork implements ProviderMemory {
  readonly #records: ReadonlyMap<string, ProviderAdapter['records']>;

  constructor(
    adapters: readonly ProviderAdapter[],
    private readonly logger: Logger,
  ) {
    this.#records = new Map(adapters.map(({ provider, records }) => [provider, records]));
  }

  remembers(provider: string): boolean {
    return this.#records.get(provider) !== undefined;
  }

  async prepare(provider: string, request: WorkRequest, signal: AbortSignal): ReturnType<ProviderMemory['prepare']> {
    const records = this.#records.get(provider);
    if (!records) return { ok: true, request, uploads: [] };
    try {
      return { ok: true, ...(await records.prepare(request, signal)) };
    } catch (error) {
      this.log(error, provider, 'a request could not be prepared');
      const { kind, options } = error instanceof ProviderError ? error : { kind: 'not_bought' as const, options: {} };
      // Nothing was sent yet, whatever it looked like.
      return {
        ok: false,
        kind: kind === 'unknown' ? 'not_bought' : kind,
        ...(options.retryAfterMs === undefined ? {} : { retryAfterMs: options.retryAfterMs }),
      };
    }
  }

  async findSubmitted(purchase: Purchase, signal: AbortSignal): ReturnType<ProviderMemory['findSubmitted']> {
    try {
      const found = await this.#records.get(purchase.provider)?.findSubmitted(purchase, signal);
      this.logger.info(
        { attemptId: purchase.attemptId, ...found },
        'looked for an attempt in the list of its provider',
      );
      return found;
    } catch (error) {
      this.log(error, purchase.provider, 'the list of a provider could not be read');
      return undefined;
    }
  }

  async identify(
    purchase: Purchase,
    jobId: string,
    signal: AbortSignal,
  ): Promise<ListedJob | 'not_its_own' | 'unreachable'> {
    try {
      return (await this.#records.get(purchase.provider)?.identify(jobId, purchase, signal)) ?? 'not_its_own';
    } catch (error) {
      this.log(error, purchase.provider, 'a job could not be identified');
      const refused = error instanceof ProviderError && error.kind === 'rejected';
      return refused ? 'not_its_own' : 'unreachable';
    }
  }

  async discard(provider: string, uploads: readonly string[]): Promise<boolean> {
    if (uploads.length === 0) return true;
    try {
      await this.#records.get(provider)?.discard(uploads, AbortSignal.timeout(discardTimeoutMs));
      return true;
    } catch (error) {
      this.log(error, provider, 'lent files were not deleted');
      return false;
    }
  }

  /** The secret that the provider signs its webhooks with; undefined when it tells none. */
  async webhookSecret(provider: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#records.get(provider)?.webhookSecret(signal);
  }

  private log(error: unknown, provider: string, what: string): void {
    if (error instanceof ProviderError) {
      const { kind, message, options } = error;
      this.logger.warn({ provider, kind, status: options.status, reason: message }, what);
    } else this.logger.error({ err: error, provider }, what);
  }
}
