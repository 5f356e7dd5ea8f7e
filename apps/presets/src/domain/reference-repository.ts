import type { Reference } from './reference.js';

/** What its owner says about a reference. */
export type ReferenceContent = Omit<Reference, 'createTime'>;

/** What of a reference may stay when another image is put in its place. */
export type KeptField = 'tag' | 'name' | 'role';

/** What can be changed of a reference without its image, and the key of its tag. */
export type ReferenceUpdate = { readonly key: string } & Pick<Reference, 'tag' | 'name' | 'role'>;

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
  /** Creates, or replaces all but what is kept; `replaced` is what was there. */
  put(
    ownerId: string,
    key: string,
    reference: ReferenceContent,
    keep: readonly KeptField[],
  ): Promise<{ readonly reference: Reference; readonly replaced: Reference | undefined }>;
  /** Changes all but the image, in one step with reading what is there. `taken` when another reference has the new key, `missing` when there is none to change. */
  update(
    ownerId: string,
    key: string,
    change: (known: Reference) => ReferenceUpdate,
  ): Promise<Reference | 'taken' | 'missing'>;
  /** What was deleted. */
  delete(ownerId: string, key: string): Promise<Reference | undefined>;
}
