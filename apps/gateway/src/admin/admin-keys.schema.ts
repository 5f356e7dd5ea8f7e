import { z } from 'zod';
import { pageOf, text, Timestamp } from '../http/schemas.js';

const Scope = z.enum(['generate', 'read', 'admin', 'act_as']);
const OwnLimits = z.strictObject({
  requests_per_minute: z.int().min(1).optional(),
  requests_per_hour: z.int().min(1).optional(),
});

export const CreateKeyRequest = z
  .strictObject({
    owner: text(1, 200).refine((owner) => !owner.startsWith('system:'), 'must not begin with system:'),
    scopes: z.array(Scope).min(1).max(4),
    name: text(1, 100).optional(),
    expires_at: Timestamp.optional(),
    limits: OwnLimits.optional(),
  })
  .meta({ id: 'CreateKeyRequest' });
export type CreateKeyRequest = z.output<typeof CreateKeyRequest>;

export const ApiKey = z
  .object({
    id: z.string(),
    owner: z.string(),
    name: z.string().nullable(),
    scopes: z.array(Scope),
    limits: OwnLimits.nullable(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.output<typeof ApiKey>;

export const CreatedKey = ApiKey.extend({ key: z.string().describe('Shown here and never again.') }).meta({
  id: 'CreatedApiKey',
});
export const ApiKeyPage = pageOf(ApiKey);
export const KeyParams = z.object({ id: z.uuid() });

export const apiKeyExample = {
  id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  owner: 'sarah',
  name: 'laptop',
  scopes: ['generate', 'read'],
  limits: null,
  created_at: '2026-11-21T10:00:00.000Z',
  expires_at: null,
  last_used_at: null,
} satisfies ApiKey;
