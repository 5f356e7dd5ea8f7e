import { presetsErrors } from '../presets.errors.js';
import { type HostAllowed, imageSourceProblem } from './image-source.js';
import { type Reference, tagKey } from './reference.js';
import type { ReferenceRepository } from './reference-repository.js';
import { plainText } from './text.js';

const defaultPageSize = 20;
const largestPageSize = 100;
const name = plainText(0, 100);

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
    const size = pageSize === 0 ? defaultPageSize : pageSize;
    if (size < 1 || size > largestPageSize) {
      throw presetsErrors.PAGE_INVALID({
        violations: [{ field: 'page_size', message: `must be 1 to ${largestPageSize}` }],
      });
    }
    const rows = await this.repository.list(ownerId, decodePageToken(pageToken), size + 1);
    const page = rows.slice(0, size);
    const last = rows.length > size ? page.at(-1) : undefined;
    return {
      references: page.map(({ reference }) => reference),
      nextPageToken: last ? Buffer.from(last.key).toString('base64url') : '',
    };
  }

  /** @throws REFERENCE_INVALID, IMAGE_HOST_NOT_ALLOWED, REFERENCE_TAG_TAKEN (with `createOnly`) */
  async put(ownerId: string, reference: Omit<Reference, 'createTime'>, createOnly: boolean): Promise<Reference> {
    const key = tagKey(reference.tag);
    const named = name.safeParse(reference.name);
    if (!key || !named.success) {
      throw presetsErrors.REFERENCE_INVALID({
        violations: [
          ...(key ? [] : [{ field: 'tag', message: 'must be 1 to 50 letters, digits, _ or -, without the @' }]),
          ...(named.error?.issues.map(({ message }) => ({ field: 'name', message })) ?? []),
        ],
      });
    }
    const problem = imageSourceProblem(reference.imageUrl, this.isHostAllowed);
    if (problem) throw problem;
    const valid = {
      tag: reference.tag.normalize('NFC'),
      name: named.data || reference.tag,
      imageUrl: reference.imageUrl,
    };
    const stored = createOnly
      ? await this.repository.create(ownerId, key, valid)
      : await this.repository.put(ownerId, key, valid);
    if (!stored) throw presetsErrors.REFERENCE_TAG_TAKEN({ violations: [{ field: 'tag', message: 'is taken' }] });
    return stored;
  }

  /** @throws REFERENCE_NOT_FOUND */
  async delete(ownerId: string, tag: string): Promise<void> {
    const key = tagKey(tag);
    if (!key || !(await this.repository.delete(ownerId, key))) throw presetsErrors.REFERENCE_NOT_FOUND();
  }
}

function decodePageToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (token !== '' && tagKey(key) !== key)
    throw presetsErrors.PAGE_INVALID({ violations: [{ field: 'page_token', message: 'is not valid' }] });
  return key;
}
