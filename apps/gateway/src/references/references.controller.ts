import { Body, Controller, Param, Query, Req } from '@nestjs/common';
import {
  DeleteReferenceRequest,
  ListReferencesRequest,
  PutReferenceRequest,
  Reference as WireReference,
  ResolvePlanContextRequest,
  UpdateReferenceRequest,
} from '@atelier/contracts/presets/v1';
import { type CanonicalCode, ServiceError } from '@atelier/errors';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { ReferenceRole } from '../enhanced/process.schema.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page } from '../http/json.js';
import { ImageLinks } from './image-links.js';
import { KeptImages } from './kept-images.js';
import {
  CreateReferenceBody,
  PutReferenceBody,
  Reference,
  referenceExample,
  ReferencePage,
  ReferenceParams,
  ReferencesQuery,
  UpdateReferenceBody,
} from './references.schema.js';
import { Thumbnails } from './thumbnails.js';

const refusals: readonly CanonicalCode[] = ['INVALID_ARGUMENT', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'NOT_FOUND'];
const tag = 'references';
const path = '/api/v1/references';
const answer = { description: 'The reference.', schema: Reference, example: referenceExample };
const bodyExample = { name: 'Sarah', upload_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90' };

/** A user's tagged images: `@sarah` in a prompt. */
@Controller()
export class ReferencesController {
  constructor(
    private readonly backends: Backends,
    private readonly images: KeptImages,
    private readonly thumbnails: Thumbnails,
    private readonly links: ImageLinks,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'List references',
    access: 'read',
    query: ReferencesQuery,
    answer: {
      description: 'The caller’s own, by tag.',
      schema: ReferencePage,
      example: { items: [referenceExample], next_cursor: null },
    },
  })
  async list(@Query() { limit, cursor = '' }: ReferencesQuery) {
    const { references, nextPageToken } = await this.backends.presets.listReferences(
      ListReferencesRequest.create({ pageSize: limit, pageToken: cursor }),
    );
    const links = await this.links.linksTo(references.map(({ imageUrl }) => imageUrl));
    return page(
      references.map((reference) => this.#shown(reference, links.get(reference.imageUrl) ?? null)),
      nextPageToken,
    );
  }

  @Endpoint({
    method: 'POST',
    path,
    tag,
    summary: 'Tag an image',
    access: 'generate',
    body: CreateReferenceBody,
    bodyExample: { tag: 'sarah', role: 'person', ...bodyExample },
    status: 201,
    answer,
    problems: [404, 409, 422],
  })
  async create(@Body() body: CreateReferenceBody, @Req() { call }: FastifyRequest): Promise<Reference> {
    const { tag: given, name = '', role } = body;
    const image = await this.#imageOf(body, call.signal);
    return this.#put({ tag: given, name, role: role ?? '', ...image }, { createOnly: true, keep: [] });
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/:tag`,
    tag,
    summary: 'Read a reference',
    access: 'read',
    params: ReferenceParams,
    answer,
    problems: [404],
  })
  async read(@Param('tag') name: string): Promise<Reference> {
    const found = await this.#find(name);
    if (!found) throw unknown(name);
    return this.#toJson(found);
  }

  @Endpoint({
    method: 'PUT',
    path: `${path}/:tag`,
    tag,
    summary: 'Make or change a reference',
    description: 'What is left out stays as it is; a new reference needs an image.',
    access: 'generate',
    params: ReferenceParams,
    body: PutReferenceBody,
    bodyExample,
    answer,
    problems: [404, 422],
  })
  async put(
    @Param('tag') name: string,
    @Body() body: PutReferenceBody,
    @Req() { call }: FastifyRequest,
  ): Promise<Reference> {
    if (body.tag !== undefined && body.tag.toLowerCase() !== name.toLowerCase()) {
      const message = 'must be the tag of the path; PATCH changes it';
      throw gatewayErrors.INVALID_REQUEST({
        message: `The field tag ${message}.`,
        violations: [{ field: 'tag', message }],
      });
    }
    const role = body.role === null ? '' : body.role;
    if (body.image_url === undefined && body.upload_id === undefined) {
      return this.#change({ tag: name, name: body.name, role });
    }
    const image = await this.#imageOf(body, call.signal);
    const keep = ['tag', ...(body.name === undefined ? ['name'] : []), ...(role === undefined ? ['role'] : [])];
    return this.#put({ tag: name, name: body.name ?? '', role: role ?? '', ...image }, { createOnly: false, keep });
  }

  @Endpoint({
    method: 'PATCH',
    path: `${path}/:tag`,
    tag,
    summary: 'Rename a reference, or say what it is for',
    description: 'What is left out stays as it is; the image always does.',
    access: 'generate',
    params: ReferenceParams,
    body: UpdateReferenceBody,
    bodyExample: { tag: 'sally', role: 'person' },
    answer: { ...answer, example: { ...referenceExample, tag: 'sally' } },
    problems: [404, 409],
  })
  async update(
    @Param('tag') name: string,
    @Body() { tag: newTag, name: newName, role }: UpdateReferenceBody,
  ): Promise<Reference> {
    return this.#change({ tag: name, newTag, name: newName, role: role === null ? '' : role });
  }

  @Endpoint({
    method: 'DELETE',
    path: `${path}/:tag`,
    tag,
    summary: 'Delete a reference',
    description: 'The image itself stays.',
    access: 'generate',
    params: ReferenceParams,
    status: 204,
    answer: { description: 'The reference is gone.' },
    problems: [404],
  })
  async delete(@Param('tag') name: string): Promise<void> {
    const { thumbnailKey } = await this.backends.presets.deleteReference(DeleteReferenceRequest.create({ tag: name }));
    await this.thumbnails.discard(thumbnailKey);
  }

  /** The image as services keep it, seen to be one, with a small picture of it. */
  async #imageOf({ image_url, upload_id }: PutReferenceBody, signal: AbortSignal) {
    const field = upload_id === undefined ? 'image_url' : 'upload_id';
    const given = upload_id ?? image_url ?? '';
    const asset = await this.images.asset(given, field);
    const thumbnailKey = await (asset
      ? this.thumbnails.ofAsset(asset, signal)
      : this.thumbnails.ofUrl(given, field, signal));
    return { imageUrl: asset?.assetId ?? given, thumbnailKey };
  }

  /** Changes all but the image. */
  async #change(change: Partial<UpdateReferenceRequest>): Promise<Reference> {
    const { reference = WireReference.create() } = await this.backends.references.updateReference(
      UpdateReferenceRequest.create(change),
    );
    return this.#toJson(reference);
  }

  async #put(
    reference: Partial<WireReference> & { thumbnailKey: string },
    how: Pick<PutReferenceRequest, 'createOnly' | 'keep'>,
  ): Promise<Reference> {
    try {
      const stored = await this.backends.presets.putReference(
        PutReferenceRequest.create({ reference: WireReference.create(reference), ...how }),
      );
      await this.thumbnails.discard(stored.replacedThumbnailKey);
      return await this.#toJson(stored.reference ?? WireReference.create());
    } catch (error) {
      // What was refused needs none. Where nobody knows what became of it, the picture stays: it may be in use.
      if (refusals.includes(ServiceError.from(error).code)) await this.thumbnails.discard(reference.thumbnailKey);
      throw error;
    }
  }

  async #find(name: string): Promise<WireReference | undefined> {
    const { references } = await this.backends.presets.resolvePlanContext(
      ResolvePlanContextRequest.create({ tags: [name] }),
    );
    return references[0];
  }

  async #toJson(reference: WireReference): Promise<Reference> {
    return this.#shown(reference, await this.links.linkTo(reference.imageUrl));
  }

  #shown({ tag: name, name: title, role, thumbnailKey, createTime }: WireReference, link: string | null): Reference {
    return {
      tag: name,
      name: title,
      role: ReferenceRole.safeParse(role).data ?? null,
      image_url: link,
      thumbnail_url: this.links.linkToThumbnail(thumbnailKey),
      created_at: iso(createTime),
    };
  }
}

function unknown(name: string) {
  return gatewayErrors.RESOURCE_NOT_FOUND({ message: `You have no reference @${name}.` });
}
