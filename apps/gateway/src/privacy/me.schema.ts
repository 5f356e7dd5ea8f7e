import { z } from 'zod';
import { Timestamp } from '../http/schemas.js';
import { personalServices } from './deletion.js';

export const SubjectQuery = z.strictObject({
  user_id: z.string().min(1).max(500).optional().describe('Another user; for administrators.'),
});
export type SubjectQuery = z.output<typeof SubjectQuery>;

const ErasedKind = z.object({
  kind: z.string(),
  deleted: z.int(),
  anonymised: z.int().describe('Records that stay without anything that names the user; cancelled work.'),
});

export const DeletionReport = z
  .object({
    deletion_id: z.string(),
    status: z
      .enum(['pending', 'confirmed', 'completed'])
      .describe(
        '`pending`: some service has not confirmed. `confirmed`: all have, and a last round at `final_round_at` takes away what ' +
          'was on its way. `completed`: nothing is left, and the account is open again.',
      ),
    requested_at: Timestamp,
    confirmed_at: Timestamp.nullable(),
    final_round_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
    services: z.array(
      z.object({
        service: z.enum(personalServices),
        status: z.enum(['done', 'pending']),
        kinds: z.array(ErasedKind),
        error_code: z.string().nullable().describe('What kept it from finishing the last time.'),
      }),
    ),
  })
  .meta({ id: 'UserDeletion' });
export type DeletionReport = z.output<typeof DeletionReport>;

export const deletionExample = {
  deletion_id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  status: 'pending',
  requested_at: '2026-11-21T10:00:00.000Z',
  confirmed_at: null,
  final_round_at: null,
  completed_at: null,
  services: [
    {
      service: 'generation',
      status: 'done',
      kinds: [
        { kind: 'cancelled_generations', deleted: 0, anonymised: 1 },
        { kind: 'generations', deleted: 12, anonymised: 0 },
        { kind: 'reservations', deleted: 0, anonymised: 12 },
      ],
      error_code: null,
    },
    { service: 'playground', status: 'done', kinds: [], error_code: null },
    { service: 'presets', status: 'pending', kinds: [], error_code: 'SERVICE_UNAVAILABLE' },
    {
      service: 'analytics',
      status: 'done',
      kinds: [{ kind: 'usage_events', deleted: 0, anonymised: 90 }],
      error_code: null,
    },
    { service: 'gateway', status: 'done', kinds: [], error_code: null },
  ],
} satisfies DeletionReport;

/** Who the caller is and what the caller may do. */
export const Me = z
  .strictObject({ user_id: z.string(), scopes: z.array(z.enum(['generate', 'read', 'admin', 'act_as'])) })
  .meta({ id: 'Me' });
