import type { Erased } from '@atelier/privacy';

/** The services that hold data of users; the gateway is one of them. */
export const personalServices = ['generation', 'playground', 'presets', 'analytics', 'gateway'] as const;
export type PersonalService = (typeof personalServices)[number];

/** How far one service is. */
export interface ServiceProgress {
  readonly done: boolean;
  /** What it did so far. */
  readonly kinds: readonly Erased[];
  /** Code of what kept it from finishing the last time. */
  readonly error?: string | undefined;
}

/**
 * `pending`: some service has not confirmed. `confirmed`: all have; what was still on its way to them is taken away by a second
 * round at `nextTime`. `completed`: nothing is left, nor does this row name anybody.
 */
export type DeletionState = 'pending' | 'confirmed' | 'completed';

/** The deletion of all data of one user. */
export interface Deletion {
  readonly deletionId: string;
  /** Undefined once it is completed. */
  readonly userId: string | undefined;
  readonly pseudonym: string;
  readonly state: DeletionState;
  readonly services: Readonly<Partial<Record<PersonalService, ServiceProgress>>>;
  readonly tries: number;
  readonly nextTime: Date;
  readonly requestTime: Date;
  readonly confirmTime: Date | undefined;
  readonly completeTime: Date | undefined;
}

/** What was done before and now, added up by kind. */
export function addUp(before: readonly Erased[], now: readonly Erased[]): Erased[] {
  const sums = new Map<string, Erased>();
  for (const { kind, deleted, anonymised } of [...before, ...now]) {
    const sum = sums.get(kind) ?? { kind, deleted: 0, anonymised: 0 };
    sums.set(kind, { kind, deleted: sum.deleted + deleted, anonymised: sum.anonymised + anonymised });
  }
  return [...sums.values()].filter(({ deleted, anonymised }) => deleted + anonymised > 0);
}
