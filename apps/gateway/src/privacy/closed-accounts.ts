import type { Logger } from '@atelier/service-defaults';

/** How often the list is read again, so that a deletion that was asked for elsewhere holds here within 5 seconds. */
const readEveryMs = 3_000;

/**
 * Users whose data is being deleted. They come in again when it is done: until then nothing new may be stored for them, or it
 * would be deleted with the rest or, worse, half of it would not.
 */
export class ClosedAccounts {
  #users: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly read: () => Promise<readonly string[]>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Reads the list now and from now on. @throws when it can't be read the first time */
  async start(everyMs = readEveryMs): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(
      () =>
        void this.refresh().catch((error: unknown) =>
          this.logger.warn({ err: error }, 'closed accounts can’t be read again: the last known list holds'),
        ),
      everyMs,
    ).unref();
  }

  has(userId: string): boolean {
    return this.#users.has(userId);
  }

  /** Reads the list once. */
  async refresh(): Promise<void> {
    this.#users = new Set(await this.read());
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
