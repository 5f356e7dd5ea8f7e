import { setTimeout } from 'node:timers/promises';
import { ServiceError } from '@atelier/errors';
import type { Erasure } from '@atelier/privacy';
import type { Logger } from '@atelier/service-defaults';
import type { ClosedAccounts } from './closed-accounts.js';
import { addUp, type Deletion, personalServices, type PersonalService, type ServiceProgress } from './deletion.js';
import type { DeletionStore } from './deletion-store.js';

/** Erases what one service holds about a user; rejects with ServiceError when it is away. */
export type EraseAt = (request: {
  readonly deletionId: string;
  readonly userId: string;
  readonly pseudonym: string;
  /** The last round: what lets the user in goes, too. */
  readonly isLast: boolean;
}) => Promise<Erasure>;

/** What deletions need. */
export interface DeletionTools {
  readonly store: DeletionStore;
  readonly closed: Pick<ClosedAccounts, 'refresh'>;
  readonly services: Readonly<Record<PersonalService, EraseAt>>;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** How long what is on its way may take to arrive, in milliseconds. */
  readonly settleMs: number;
  /** How long reports are kept, in milliseconds. */
  readonly reportsKeptMs: number;
}

const hourMs = 3_600_000;
const longestWaitMs = 300_000;
const callsInARow = 20;
/** Shorter than a request may take. */
const answerWithinMs = 20_000;

/**
 * Deletes all of a user's data in every service, in two rounds. In the first one open work is cancelled and everything is
 * erased; what is on its way then (events, results, requests under way) arrives under the old name, and the second round takes
 * it away. Meanwhile the user is kept out. Both rounds are repeated until every service has confirmed.
 */
export class Deletions {
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  readonly #advancing = new Set<Promise<void>>();

  constructor(private readonly tools: DeletionTools) {}

  /** Looks for due deletions from now on, those that another run has left included. */
  start(everyMs = 5_000): void {
    void this.workOff();
    this.#timer = setInterval(() => void this.workOff(), everyMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled([this.#working, ...this.#advancing]);
  }

  /** Begins the deletion, or goes on with it, and answers how far it came. */
  async request(userId: string, requestedBy: string): Promise<Deletion> {
    const { store, closed } = this.tools;
    const { deletionId } = await store.request(userId, requestedBy);
    await closed.refresh();
    const claimed = await store.claim(deletionId);
    // What takes longer goes on without its asker.
    if (claimed)
      await Promise.race([
        this.#keepTrack(this.#advance(claimed)),
        setTimeout(answerWithinMs, undefined, { ref: false }),
      ]);
    const found = await store.latest(userId);
    if (!found) throw new Error('a deletion under way is gone');
    return found;
  }

  latest(userId: string): Promise<Deletion | undefined> {
    return this.tools.store.latest(userId);
  }

  /** Works off everything that is due. */
  workOff(): Promise<void> {
    return (this.#working ??= this.#workOff()
      .catch((error: unknown) => this.tools.logger.warn({ err: error }, 'deletions wait: the database is away'))
      .finally(() => (this.#working = undefined)));
  }

  async #workOff(): Promise<void> {
    const { store, now, reportsKeptMs } = this.tools;
    for (let due = await store.claim(); due; due = await store.claim()) await this.#advance(due);
    await store.deleteCompletedBefore(new Date(now().getTime() - reportsKeptMs));
  }

  #keepTrack(advance: Promise<void>): Promise<void> {
    this.#advancing.add(advance);
    return advance.finally(() => this.#advancing.delete(advance));
  }

  async #advance(deletion: Deletion): Promise<void> {
    const { store, closed, now, settleMs, logger } = this.tools;
    const { deletionId, userId, state, tries } = deletion;
    if (userId === undefined) return;
    const isLast = state === 'confirmed';
    const services = await this.#erase({ ...deletion, userId }, isLast);
    const nowMs = now().getTime();
    if (!personalServices.every((name) => services[name]?.done)) {
      const waitMs = Math.min(longestWaitMs, 5_000 * 2 ** Math.min(tries, 10));
      const { confirmTime } = deletion;
      await store.putBack(deletionId, {
        state,
        services,
        tries: tries + 1,
        nextTime: new Date(nowMs + waitMs),
        confirmTime,
      });
      return logger.warn({ deletionId, tries }, 'a deletion waits for services');
    }
    if (isLast) {
      await store.complete(deletionId, services);
      await closed.refresh();
      return logger.info({ deletionId }, 'all data of a user is deleted');
    }
    // The budget of the running hour was left to the pseudonym: whoever comes back in it would have it twice.
    const nextHourMs = Math.ceil((nowMs + 1) / hourMs) * hourMs;
    const nextTime = new Date(Math.max(nowMs + settleMs, nextHourMs));
    await store.putBack(deletionId, { state: 'confirmed', services, tries: 0, nextTime, confirmTime: now() });
  }

  /** Money first: generations and image jobs stop before anything else; the gateway, which keeps the door, is last. */
  async #erase(deletion: Deletion & { readonly userId: string }, isLast: boolean): Promise<Deletion['services']> {
    let services = isLast ? undone(deletion.services) : deletion.services;
    for (const group of [['generation', 'playground'], ['presets', 'analytics'], ['gateway']] as const) {
      const progress = await Promise.all(group.map((name) => this.#eraseAt(name, deletion, services[name], isLast)));
      services = { ...services, ...Object.fromEntries(group.map((name, index) => [name, progress[index]])) };
      await this.tools.store.note(deletion.deletionId, services);
      // What a service has not finished could still write into the ones after it, and must not outlive the door.
      if (isLast && !progress.every(({ done }) => done)) break;
    }
    return services;
  }

  async #eraseAt(
    name: PersonalService,
    { deletionId, userId, pseudonym }: Deletion & { readonly userId: string },
    before: ServiceProgress = { done: false, kinds: [] },
    isLast: boolean,
  ): Promise<ServiceProgress> {
    if (before.done) return before;
    let { kinds } = before;
    try {
      for (let call = 0; call < callsInARow; call += 1) {
        const now = await this.tools.services[name]({ deletionId, userId, pseudonym, isLast });
        kinds = addUp(kinds, now.kinds);
        if (now.complete) return { done: true, kinds };
        // It waits for something else than another call.
        if (now.kinds.length === 0) break;
        // There is much to do: no other gateway takes it over meanwhile.
        await this.tools.store.extend(deletionId);
      }
      return { done: false, kinds };
    } catch (error) {
      this.tools.logger.warn({ err: error, service: name, deletionId }, 'a service has not deleted a user’s data');
      return { done: false, kinds, error: ServiceError.from(error).reason };
    }
  }
}

/** Everything is to be done again, in addition to what was done. */
function undone(services: Deletion['services']): Deletion['services'] {
  return Object.fromEntries(Object.entries(services).map(([name, { kinds }]) => [name, { done: false, kinds }]));
}
