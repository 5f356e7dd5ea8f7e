import { z } from 'zod';
import { PageQuery, pageOf, Timestamp } from '../http/schemas.js';

export const AuditQuery = PageQuery.extend({
  actor: z.string().min(1).max(500).optional().describe('Id of who acted.'),
  act: z
    .string()
    .regex(/^[a-z_]+(\.[a-z_]+)*$/, 'must be a name such as key.create')
    .max(100)
    .optional()
    .describe('Name of the act.'),
  since: Timestamp.optional().describe('Acts from this time on.'),
  until: Timestamp.optional().describe('Acts before this time.'),
});
export type AuditQuery = z.output<typeof AuditQuery>;

export const AuditedAct = z
  .object({
    id: z.string(),
    at: Timestamp,
    actor: z.string().describe('Who acted; a pseudonym for a user whose data was deleted since.'),
    key_id: z.string().nullable().describe('The API key that was used.'),
    act: z.string(),
    subject_kind: z.string().describe('What kind of thing it was done to.'),
    subject: z.string().describe('Its id; empty for everything of the kind.'),
    before: z.unknown().describe('What it was like, where that is known; never secrets.'),
    after: z.unknown().describe('What came of it, or what was wanted of it.'),
    request_id: z.string(),
    outcome: z
      .string()
      .describe(
        '`done`, the code it was refused or failed with, or `started`: cut off, and nobody knows how far it came.',
      ),
  })
  .meta({ id: 'AuditedAct' });
export type AuditedAct = z.output<typeof AuditedAct>;
export const AuditPage = pageOf(AuditedAct);

export const auditExample = {
  id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  at: '2026-11-21T10:00:00.000Z',
  actor: 'root',
  key_id: '0199f0a2-5a0d-7b3c-8c41-2e0b196a7d8f',
  act: 'limits.set',
  subject_kind: 'user',
  subject: 'sarah',
  before: { requests_per_minute: 100, requests_per_hour: null },
  after: { requests_per_minute: 300 },
  request_id: '0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1',
  outcome: 'done',
} satisfies AuditedAct;
