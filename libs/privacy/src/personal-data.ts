import type { ErasedKind } from '@atelier/contracts/privacy/v1';

/** A stored record: its kind and its columns as JSON text. */
export interface PersonalRecord {
  readonly kind: string;
  readonly json: string;
}

/** A stored file by its key in the asset storage. */
export interface PersonalFile {
  readonly storageKey: string;
  readonly contentType: string;
}

/** One thing that is stored about a user. */
export type PersonalItem = { readonly record: PersonalRecord } | { readonly file: PersonalFile };

/** What was done to records of one kind. */
export type Erased = Pick<ErasedKind, 'kind' | 'deleted' | 'anonymised'>;

/** Whom to erase, and who stands in his place where amounts stay. */
export interface ErasureRequest {
  readonly userId: string;
  readonly pseudonym: string;
  /** Aborted when nobody waits any more: the answer is then that something is left. */
  readonly signal: AbortSignal;
}

/** What an erasure has done; `complete` when nothing of the user is left. */
export interface Erasure {
  readonly kinds: readonly Erased[];
  readonly complete: boolean;
}

/** All that one service stores about users. An abstract class, so that Nest can inject it by type. */
export abstract class PersonalData {
  /** Kind after kind, read from the database page by page. */
  abstract items(userId: string): AsyncIterable<PersonalItem>;
  /** Idempotent; ends running work first. */
  abstract erase(request: ErasureRequest): Promise<Erasure>;
}
