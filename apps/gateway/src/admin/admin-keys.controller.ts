import { Body, Controller, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page } from '../http/json.js';
import { PageQuery } from '../http/schemas.js';
import { ApiKeyStore, type ApiKeyRecord } from '../identity/api-key-store.js';
import { Authenticator } from '../identity/authenticator.js';
import { AdminActs } from './admin-acts.js';
import {
  type ApiKey,
  apiKeyExample,
  ApiKeyPage,
  CreatedKey,
  CreateKeyRequest,
  KeyParams,
} from './admin-keys.schema.js';

const tag = 'administration';
const path = '/api/v1/admin/keys';

/** API keys: made, listed, revoked. */
@Controller()
export class AdminKeysController {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly authenticator: Authenticator,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'POST',
    path,
    tag,
    summary: 'Make an API key',
    description: 'The key is shown once; only its hash is stored.',
    access: 'admin',
    body: CreateKeyRequest,
    bodyExample: { owner: 'sarah', scopes: ['generate', 'read'], name: 'laptop' },
    status: 201,
    answer: {
      description: 'The new key.',
      schema: CreatedKey,
      example: { ...apiKeyExample, key: 'atl_live_4l7mV0yq1J9mQ2c8sF5tXwZ3bN6kR0pD7hL1vA2eG4u' },
    },
  })
  async create(@Body() body: CreateKeyRequest, @Req() { call }: FastifyRequest): Promise<ApiKey & { key: string }> {
    const { owner, scopes, name, limits } = body;
    const expiresAt = body.expires_at ? new Date(body.expires_at) : undefined;
    const { key, record } = await this.acts.perform(
      call,
      {
        act: 'key.create',
        subjectKind: 'user',
        subject: owner,
        wanted: body,
        after: (made) => toJson(made.record),
      },
      () => this.keys.create({ owner, scopes: [...new Set(scopes)], name, limits, expiresAt }),
    );
    return { ...toJson(record), key };
  }

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'List API keys',
    access: 'admin',
    query: PageQuery,
    answer: {
      description: 'Valid and expired keys, newest first; never the keys themselves.',
      schema: ApiKeyPage,
      example: { items: [apiKeyExample], next_cursor: null },
    },
  })
  async list(@Query() { limit, cursor }: { limit: number; cursor?: string }) {
    const after = cursor ? KeyParams.shape.id.safeParse(cursor).data : undefined;
    const records = await this.keys.list(limit + 1, after);
    const last = records.length > limit ? records[limit - 1]?.id : undefined;
    return page(records.slice(0, limit).map(toJson), last);
  }

  @Endpoint({
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Revoke an API key',
    access: 'admin',
    params: KeyParams,
    status: 204,
    answer: { description: 'The key is no longer accepted.' },
    problems: [404],
  })
  async revoke(@Param('id') id: string, @Req() { call }: FastifyRequest): Promise<void> {
    const before = async () => {
      const record = await this.keys.find(id);
      return record && toJson(record);
    };
    await this.acts.perform(call, { act: 'key.revoke', subjectKind: 'key', subject: id, before }, async () => {
      if (!(await this.keys.revoke(id))) throw gatewayErrors.RESOURCE_NOT_FOUND();
    });
    this.authenticator.forget(id);
  }
}

function toJson(record: ApiKeyRecord): ApiKey {
  return {
    id: record.id,
    owner: record.owner,
    name: record.name,
    scopes: [...record.scopes],
    limits: record.limits,
    created_at: record.createdAt.toISOString(),
    expires_at: iso(record.expiresAt),
    last_used_at: iso(record.lastUsedAt),
  };
}
