import { Body, Controller, Param, Query } from '@nestjs/common';
import { GetAssetRequest } from '@atelier/contracts/generation/v1';
import {
  DeleteReferenceRequest,
  ListReferencesRequest,
  PutReferenceRequest,
  Reference as WireReference,
  ResolvePlanContextRequest,
} from '@atelier/contracts/presets/v1';
import { currentCall } from '@atelier/grpc';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page } from '../http/json.js';
import { ImageLinks } from './image-links.js';
import {
  CreateReferenceBody,
  PutReferenceBody,
  Reference,
  referenceExample,
  ReferencePage,
  ReferenceParams,
  ReferencesQuery,
} from './references.schema.js';

const tag = 'references';
const path = '/api/v1/references';
const answer = { description: 'The reference.', schema: Reference, example: referenceExample };
const bodyExample = { name: 'Sarah', upload_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90' };

/** A user's tagged images: `@sarah` in a prompt. */
@Controller()
export class ReferencesController {
  constructor(
    private readonly backends: Backends,
    private readonly assets: AssetLinks,
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
    return page(await Promise.all(references.map((reference) => this.#toJson(reference))), nextPageToken);
  }

  @Endpoint({
    method: 'POST',
    path,
    tag,
    summary: 'Tag an image',
    access: 'generate',
    body: CreateReferenceBody,
    bodyExample: { tag: 'sarah', ...bodyExample },
    status: 201,
    answer,
    problems: [404, 409, 422],
  })
  async create(@Body() body: CreateReferenceBody): Promise<Reference> {
    const imageUrl = await this.#imageOf(body);
    return this.#put({ tag: body.tag, name: body.name ?? '', imageUrl }, true);
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
  async put(@Param('tag') name: string, @Body() body: PutReferenceBody): Promise<Reference> {
    if (body.tag !== undefined && body.tag.toLowerCase() !== name.toLowerCase()) {
      throw wrong('tag', 'must be the tag of the path: a reference keeps its tag');
    }
    const existing = await this.#find(name);
    const imageUrl = (await this.#imageOf(body)) || existing?.imageUrl;
    if (!imageUrl) throw unknown(name);
    return this.#put({ tag: existing?.tag ?? name, name: body.name ?? existing?.name ?? '', imageUrl }, false);
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
    await this.backends.presets.deleteReference(DeleteReferenceRequest.create({ tag: name }));
  }

  /** The image as services keep it; empty when the body names none. Which hosts are allowed, the presets service checks. */
  async #imageOf({ image_url, upload_id }: PutReferenceBody): Promise<string> {
    const field = upload_id === undefined ? 'image_url' : 'upload_id';
    const image = upload_id ?? image_url ?? '';
    const assetId = this.assets.assetIdOf(image);
    if (assetId === undefined) {
      if (image === '' || /^https?:\/\//i.test(image)) return image;
      throw wrong(
        field,
        'must be a file link of ours, an upload_id or an http(s) URL; POST /api/v1/uploads takes images',
      );
    }
    // Read as the caller, so that a file of somebody else is not found.
    const { asset } = await this.backends.generation.getAsset(GetAssetRequest.create({ assetId }));
    if (!asset?.contentType.startsWith('image/')) throw wrong(field, 'is no image');
    // Uploads that nothing uses go after a day; registered again as a reference, this one stays.
    if (asset.ownerId === currentCall()?.identity?.userId)
      await this.backends.generation.createAsset({ asset, purpose: 'reference' });
    return assetId;
  }

  async #put(reference: Pick<WireReference, 'tag' | 'name' | 'imageUrl'>, createOnly: boolean): Promise<Reference> {
    const stored = await this.backends.presets.putReference(
      PutReferenceRequest.create({ reference: WireReference.create(reference), createOnly }),
    );
    return this.#toJson(stored.reference ?? WireReference.create());
  }

  async #find(name: string): Promise<WireReference | undefined> {
    const { references } = await this.backends.presets.resolvePlanContext(
      ResolvePlanContextRequest.create({ tags: [name] }),
    );
    return references[0];
  }

  async #toJson(reference: WireReference): Promise<Reference> {
    const { name, imageUrl, createTime } = reference;
    return { tag: reference.tag, name, image_url: await this.links.linkTo(imageUrl), created_at: iso(createTime) };
  }
}

function unknown(name: string) {
  return gatewayErrors.RESOURCE_NOT_FOUND({ message: `You have no reference @${name}.` });
}

function wrong(field: string, message: string) {
  return gatewayErrors.INVALID_REQUEST({ message: `The field ${field} ${message}.`, violations: [{ field, message }] });
}
