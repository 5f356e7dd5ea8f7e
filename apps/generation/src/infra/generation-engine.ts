import type { Dispatcher } from './dispatcher.js';
import type { EventHints } from './event-hints.js';
import type { JobQueue } from './job-queue.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { ProviderControl } from './provider-control.js';
import type { ProviderRegistry } from './provider-registry.js';
import type { Reconciler } from './reconciler.js';
import type { SessionResults } from './session-results.js';
import type { SqlLeases } from './sql-leases.js';
import type { SqlWebhookDeliveries } from './sql-webhook-deliveries.js';
import type { Watchers } from './watchers.js';
import type { WebhookSender } from './webhook-sender.js';

/** Everything that works in the background. */
export interface EngineParts {
  readonly queue: JobQueue;
  readonly dispatcher: Dispatcher;
  readonly hints: EventHints;
  readonly leases: SqlLeases;
  readonly reconciler: Reconciler;
  readonly relay: OutboxRelay;
  readonly sessions: SessionResults;
  readonly watchers: Watchers;
  readonly providers: ProviderRegistry;
  readonly control: ProviderControl;
  readonly deliveries: Pick<SqlWebhookDeliveries, 'takeOver'>;
  readonly sender: WebhookSender;
  /** Closed last. */
  readonly connections: readonly { close(): Promise<void> }[];
  /** Nobody else can have this database open, so every lease that it holds is a dead process's. */
  readonly exclusive: boolean;
}

/** Running work gets this long to come to a stored state, in milliseconds. */
const stopGraceMs = 3_000;

/** Starts and stops the background work with the application (Nest calls the hooks by name). */
export class GenerationEngine {
  #quiet: Promise<void> | undefined;

  constructor(private readonly parts: EngineParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { queue, dispatcher, hints, leases, reconciler, relay, sessions, control, sender, exclusive } = this.parts;
    // Before anything is bought: what an operator turned off stays off.
    await control.start();
    await queue.start();
    await hints.start();
    if (exclusive) {
      await leases.takeOver();
      await this.parts.deliveries.takeOver();
    }
    leases.start();
    await queue.work(() => dispatcher.handleJob());
    reconciler.start();
    // What an earlier process left is taken up while the service already answers.
    void reconciler.run();
    relay.start();
    sessions.start();
    sender.start();
  }

  /** Ends watches and interrupts work; calls are still answered. Called before the server drains. */
  quiesce(): Promise<void> {
    this.#quiet ??= this.interrupt();
    return this.#quiet;
  }

  async onApplicationShutdown(): Promise<void> {
    const { hints, relay, sessions, providers, control, connections } = this.parts;
    await this.quiesce();
    await hints.stop();
    await relay.stop();
    await sessions.stop();
    await control.stop();
    providers.close();
    for (const connection of connections) await connection.close();
  }

  private async interrupt(): Promise<void> {
    const { watchers, leases, queue, dispatcher, reconciler, sender } = this.parts;
    watchers.stop();
    const dispatched = dispatcher.stop(stopGraceMs);
    leases.stop();
    await reconciler.stop();
    await dispatched;
    await sender.stop(stopGraceMs);
    await queue.stop(stopGraceMs);
  }
}
