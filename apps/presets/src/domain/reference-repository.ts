import type { Reference } from './reference.js';

/** Keeps references by owner and tag key (`tagKey`). */
export interface ReferenceRepository {
  /** Those that exist, by key. */
  findAll(ownerId: string, keys: readonly string[]): Promise<ReadonlyMap<string, Reference>>;
  /** In order of keys, after a key. */
  list(
    ownerId: string,
    after: string,
    limit: number,
  ): Promise<{ readonly key: string; readonly reference: Reference }[]>;
  /** Undefined when the tag is taken. */
  create(ownerId: string, key: string, reference: Omit<Reference, 'createTime'>): Promise<Reference | undefined>;
  /** Creates or replaces. */
  put(ownerId: string, key: string, reference: Omit<Reference, 'createTime'>): Promise<Reference>;
  /** False when there is none. */
  delete(ownerId: string, key: string): Promise<boolean>;
}
