import { Controller, Headers, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { AdminActs } from '../admin/admin-acts.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { callerOf, type RequestCall } from '../http/request-call.js';
import { isInternalOwner } from '../identity/internal-owners.js';
import { isAdmin } from '@atelier/identity';
import { Deletions } from './deletions.js';
import {
  deletionExample,
  type DeletionReport,
  DeletionReport as DeletionReportSchema,
  Me,
  SubjectQuery,
} from './me.schema.js';
import { toReport } from './me-json.js';
import { UserExports } from './user-exports.js';

const tag = 'privacy';
const path = '/api/v1/me';
/** What the header X-Confirm-Deletion has to say. */
const confirmation = 'delete everything';

/** Everything that is stored about the caller: taken along, and deleted. */
@Controller()
export class MeController {
  constructor(
    private readonly exports: UserExports,
    private readonly deletions: Deletions,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'Who you are',
    description: 'The user that the key or token stands for, and its scopes. An administrator has all of them.',
    access: 'read',
    answer: { description: 'You.', schema: Me, example: { user_id: 'sarah', scopes: ['generate', 'read'] } },
  })
  me(@Req() { call }: FastifyRequest): z.infer<typeof Me> {
    const { userId, scopes } = callerOf(call).identity;
    return { user_id: userId, scopes: [...scopes] };
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/export`,
    tag,
    summary: 'Export everything stored about you',
    description:
      'A zip that is made while it is sent: one JSON Lines file for each kind of record, the files themselves, and last a ' +
      'manifest with counts. An archive without `manifest.json` broke off. One export at a time.',
    access: 'read',
    query: SubjectQuery,
    streams: true,
    anonymous: true,
    answer: { description: 'The archive.', contentType: 'application/zip' },
    problems: [409],
  })
  async export(
    @Query() query: SubjectQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const userId = subjectOf(request.call, query);
    const after = (sent: { complete: boolean }): unknown => sent;
    const act = { act: 'privacy.export', subjectKind: 'user', subject: userId, after };
    await this.acts.perform(request.call, act, () => this.exports.send(userId, request, reply));
  }

  @Endpoint({
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete everything stored about you',
    description:
      `Needs the header \`X-Confirm-Deletion: ${confirmation}\`. Work under way is cancelled, then records and files go, in every ` +
      'service; amounts of money and counts stay under a random pseudonym. Until the status is `completed` the account is ' +
      'closed: everything else is refused. The caller’s API keys go with the last round. A repetition goes on where the ' +
      'deletion is. 202 while a service has not confirmed: it is tried again without being asked.',
    access: 'generate',
    query: SubjectQuery,
    headers: { 'x-confirm-deletion': `Must be \`${confirmation}\`.` },
    anonymous: true,
    whileClosed: true,
    answer: {
      description: 'What was done, by service and kind.',
      schema: DeletionReportSchema,
      example: deletionExample,
    },
    problems: [409],
  })
  async delete(
    @Query() query: SubjectQuery,
    @Headers('x-confirm-deletion') confirmed: string | undefined,
    @Req() { call }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeletionReport> {
    const userId = subjectOf(call, query);
    if (confirmed !== confirmation) {
      throw gatewayErrors.DELETION_NOT_CONFIRMED({
        violations: [{ field: 'X-Confirm-Deletion', message: `must be: ${confirmation}` }],
      });
    }
    // The operator's own account belongs to the installation: without it nobody could come in.
    if (isInternalOwner(userId)) throw gatewayErrors.ACCOUNT_NOT_DELETABLE();
    const { userId: requester } = callerOf(call).identity;
    const deletion = await this.acts.perform(
      call,
      {
        act: 'privacy.delete',
        subjectKind: 'user',
        subject: userId,
        after: ({ deletionId, state }) => ({ deletion_id: deletionId, status: state }),
      },
      () => this.deletions.request(userId, requester),
    );
    reply.code(deletion.state === 'pending' ? 202 : 200);
    return toReport(deletion);
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/deletion`,
    tag,
    summary: 'See what became of the deletion',
    description: 'The last deletion of your data that was asked for; also while the account is closed.',
    access: 'read',
    query: SubjectQuery,
    anonymous: true,
    whileClosed: true,
    answer: {
      description: 'What is done and what is pending.',
      schema: DeletionReportSchema,
      example: deletionExample,
    },
    problems: [404],
  })
  async deletion(@Query() query: SubjectQuery, @Req() { call }: FastifyRequest): Promise<DeletionReport> {
    const deletion = await this.deletions.latest(subjectOf(call, query));
    if (!deletion) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return toReport(deletion);
  }
}

/** Whose data is meant. Throws SCOPE_REQUIRED for somebody else's without the scope `admin`. */
function subjectOf(call: RequestCall, { user_id: userId }: SubjectQuery): string {
  const { identity } = callerOf(call);
  if (userId === undefined || userId === identity.userId) return identity.userId;
  if (!isAdmin(identity)) throw gatewayErrors.SCOPE_REQUIRED({ message: 'Another user’s data needs the scope admin.' });
  return userId;
}
