import type { FieldViolation } from '@atelier/errors';
import { presetsErrors } from '../presets.errors.js';
import { type HostAllowed, imageSourceProblem } from './image-source.js';
import { pageSizeOf, wrongPage } from './paging.js';
import { type Reference, type ReferenceRole, referenceRoles, tagKey, tagProblem, toTag } from './reference.js';
import type { KeptField, ReferenceContent, ReferenceRepository } from './reference-repository.js';
import { plainText } from './text.js';

const name = plainText(0, 100);
/** `<asset id>.<extension>`, as the asset storage names its files. */
const storageKey = /^[A-Za-z0-9-]{1,128}\.[a-z0-9]{1,8}$/;

/** A reference as it was sent. */
export interface ReferenceInput extends Omit<ReferenceContent, 'role'> {
  /** One of the roles, or empty. */
  readonly role: string;
}

/** How a reference is put. */
export interface PutReference {
  /** Refuses when the tag is taken. */
  readonly createOnly: boolean;
  /** Names of what stays in a reference that is there: `tag`, `name`, `role`. */
  readonly keep: readonly string[];
}

const keepable: readonly KeptField[] = ['tag', 'name', 'role'];

/** What is changed; what is absent stays. */
export interface ReferenceChange {
  readonly tag?: string | undefined;
  readonly name?: string | undefined;
  readonly role?: string | undefined;
}

/** One page; `nextPageToken` is empty on the last. */
export interface ReferencePage {
  readonly references: readonly Reference[];
  readonly nextPageToken: string;
}

/** The tagged images of each user. */
export class References {
  constructor(
    private readonly repository: ReferenceRepository,
    private readonly isHostAllowed: HostAllowed,
  ) {}

  /** What the tags of a prompt stand for: in their order, each once; what is no reference is missing. */
  async resolve(ownerId: string, tags: readonly string[]): Promise<{ references: Reference[]; missingTags: string[] }> {
    const byKey = new Map(tags.map((tag) => [tagKey(tag) ?? tag, tag]));
    const keys = [...byKey.keys()].filter((key) => tagKey(key) !== undefined);
    const found = keys.length > 0 ? await this.repository.findAll(ownerId, keys) : new Map<string, Reference>();
    return {
      references: [...byKey.keys()].flatMap((key) => found.get(key) ?? []),
      missingTags: [...byKey].flatMap(([key, tag]) => (found.has(key) ? [] : [tag])),
    };
  }

  /** By tag. @throws PAGE_INVALID */
  async list(ownerId: string, pageSize: number, pageToken: string): Promise<ReferencePage> {
    const size = pageSizeOf(pageSize);
    const rows = await this.repository.list(ownerId, decodePageToken(pageToken), size + 1);
    const page = rows.slice(0, size);
    const last = rows.length > size ? page.at(-1) : undefined;
    return {
      references: page.map(({ reference }) => reference),
      nextPageToken: last ? Buffer.from(last.key).toString('base64url') : '',
    };
  }

  /**
   * Answers also the thumbnail that nobody needs any more, if there is one.
   * @throws REFERENCE_INVALID, IMAGE_HOST_NOT_ALLOWED, REFERENCE_TAG_TAKEN (with `createOnly`)
   */
  async put(
    ownerId: string,
    input: ReferenceInput,
    { createOnly, keep }: PutReference,
  ): Promise<{ reference: Reference; replacedThumbnail: string }> {
    refuse([...violationsOf(input), ...keepViolations(keep)]);
    const problem = imageSourceProblem(input.imageUrl, this.isHostAllowed);
    if (problem) throw problem;
    const tag = toTag(input.tag);
    const valid: ReferenceContent = { ...input, tag, name: input.name.trim() || tag, role: roleOf(input.role) };
    const key = tagKey(tag) ?? tag;
    if (createOnly) {
      const created = await this.repository.create(ownerId, key, valid);
      if (!created) throw taken();
      return { reference: created, replacedThumbnail: '' };
    }
    const { reference, replaced } = await this.repository.put(
      ownerId,
      key,
      valid,
      keepable.filter((field) => keep.includes(field)),
    );
    const former = replaced?.thumbnailKey ?? '';
    return { reference, replacedThumbnail: former === reference.thumbnailKey ? '' : former };
  }

  /** @throws REFERENCE_NOT_FOUND, REFERENCE_INVALID, REFERENCE_TAG_TAKEN */
  async update(ownerId: string, tag: string, change: ReferenceChange): Promise<Reference> {
    const key = tagKey(tag);
    if (key === undefined) throw presetsErrors.REFERENCE_NOT_FOUND();
    const updated = await this.repository.update(ownerId, key, (known) => {
      refuse(violationsOf(change));
      const newTag = change.tag === undefined ? known.tag : toTag(change.tag);
      // A name that was never given follows the tag.
      const sameName = known.name === known.tag ? '' : known.name;
      return {
        key: tagKey(newTag) ?? newTag,
        tag: newTag,
        name: (change.name ?? sameName).trim() || newTag,
        role: change.role === undefined ? known.role : roleOf(change.role),
      };
    });
    if (updated === 'taken') throw taken();
    if (updated === 'missing') throw presetsErrors.REFERENCE_NOT_FOUND();
    return updated;
  }

  /** What was deleted. @throws REFERENCE_NOT_FOUND */
  async delete(ownerId: string, tag: string): Promise<Reference> {
    const key = tagKey(tag);
    const deleted = key === undefined ? undefined : await this.repository.delete(ownerId, key);
    if (!deleted) throw presetsErrors.REFERENCE_NOT_FOUND();
    return deleted;
  }
}

function violationsOf(given: Partial<ReferenceInput>): FieldViolation[] {
  const tag = given.tag === undefined ? undefined : tagProblem(given.tag);
  const named = name.safeParse(given.name ?? '');
  const role = given.role ?? '';
  return [
    ...(tag ? [{ field: 'tag', message: tag }] : []),
    ...(named.error?.issues.map(({ message }) => ({ field: 'name', message })) ?? []),
    ...(role === '' || referenceRoles.includes(role as ReferenceRole)
      ? []
      : [{ field: 'role', message: `must be one of ${referenceRoles.join(', ')}` }]),
    ...(given.thumbnailKey && !storageKey.test(given.thumbnailKey)
      ? [{ field: 'thumbnail_key', message: 'must be the key of a stored file' }]
      : []),
  ];
}

function keepViolations(keep: readonly string[]): FieldViolation[] {
  const isKnown = (field: string): boolean => keepable.some((one) => one === field);
  return keep.every(isKnown) ? [] : [{ field: 'keep', message: `must name some of ${keepable.join(', ')}` }];
}

function refuse(violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw presetsErrors.REFERENCE_INVALID({ violations });
}

function roleOf(role: string): ReferenceRole | '' {
  return referenceRoles.find((one) => one === role) ?? '';
}

function taken() {
  return presetsErrors.REFERENCE_TAG_TAKEN({ violations: [{ field: 'tag', message: 'is taken' }] });
}

function decodePageToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (token !== '' && tagKey(key) !== key) throw wrongPage();
  return key;
}
