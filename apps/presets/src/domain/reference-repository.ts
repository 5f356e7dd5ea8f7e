import type { Reference } from './reference.js';

/** What its owner says about a reference. */
export type ReferenceContent = Omit<Reference, 'createTime'>;

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
  create(ownerId: string, key: string, reference: ReferenceContent): Promise<Reference | undefined>;
  /** Creates or replaces; `replaced` is what was there. */
  put(
    ownerId: string,
    key: string,
    reference: ReferenceContent,
  ): Promise<{ readonly reference: Reference; readonly replaced: Reference | undefined }>;
  /** Changes all but the image. `taken` when another reference has the new key, `missing` when there is none to change. */
  update(
    ownerId: string,
    key: string,
    change: { readonly key: string } & Pick<Reference, 'tag' | 'name' | 'role'>,
  ): Promise<Reference | 'taken' | 'missing'>;
  /** What was deleted. */
  delete(ownerId: string, key: string): Promise<Reference | undefined>;
}
