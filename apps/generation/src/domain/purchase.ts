/** What a request is recognised by in the provider's own list of jobs; adapters make it and compare it. */
export interface RequestMark {
  readonly fields: readonly string[];
  readonly inputHash: string;
  readonly imageFields: readonly string[];
  readonly imagesHash: string;
  readonly seed?: number;
}

/** What an attempt was bought with. Written with the attempt, before the request is sent. Times in epoch milliseconds. */
export interface Purchase {
  readonly attemptId: string;
  readonly generationId: string;
  readonly provider: string;
  readonly modelId: string;
  readonly version?: string;
  readonly startTimeMs: number;
  readonly fingerprint: RequestMark;
  /** Files lent to the provider until the attempt has ended. */
  readonly uploads: readonly string[];
  /** Names the attempt in the address of our webhook; says nothing to others. */
  readonly token: string;
}

/** A job in the provider's list that may be the attempt's. */
export interface ListedJob {
  readonly id: string;
  /** `same` in everything sent, `alike` but for the images, `possible` when the list does not rule it out. */
  readonly likeness: 'same' | 'alike' | 'possible';
}

/** What our own books say, all as of one moment after the list was read. */
export interface PurchaseStanding {
  /** Set when somebody found the job meanwhile: a late answer, or a webhook that named the attempt. */
  readonly jobId?: string;
  /** Listed jobs that belong to other attempts. */
  readonly taken: ReadonlySet<string>;
  /**
   * Other attempts of ours that may have been bought and have no job yet: with the `same` request, with one that is
   * `near` (the same seed, or the same but for the images), or `none`.
   */
  readonly rivals: 'none' | 'near' | 'same';
}

/** What is known of a purchase whose answer was lost. */
export type Verdict =
  | { readonly kind: 'found'; readonly jobId: string }
  /** Not in the list; final only when the list was read late enough. */
  | { readonly kind: 'absent' }
  /** Might be one of several jobs, or one of several attempts might be the job's. */
  | { readonly kind: 'undecided' };

/**
 * Decides whose a listed job is. One job is only given to an attempt when it can be nobody else's: exactly one job that
 * looks the same and no other attempt that could claim it. Doubt is never decided in favour of buying again.
 */
export function judgePurchase(
  listed: { readonly jobs: readonly ListedJob[]; readonly complete: boolean },
  standing: PurchaseStanding,
): Verdict {
  if (standing.jobId !== undefined) return { kind: 'found', jobId: standing.jobId };
  if (!listed.complete) return { kind: 'undecided' };
  const open = listed.jobs.filter(({ id }) => !standing.taken.has(id));
  if (open.length === 0) return { kind: 'absent' };
  const [same, ...moreSame] = open.filter(({ likeness }) => likeness === 'same');
  if (same && moreSame.length === 0 && standing.rivals !== 'same') return { kind: 'found', jobId: same.id };
  const [only, ...more] = open;
  if (only?.likeness === 'alike' && more.length === 0 && standing.rivals === 'none') {
    return { kind: 'found', jobId: only.id };
  }
  return { kind: 'undecided' };
}
