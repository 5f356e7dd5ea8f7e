import { Controller, Query } from '@nestjs/common';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { auditExample, type AuditedAct, AuditPage, AuditQuery } from './admin-audit.schema.js';
import { AuditLog, type AuditRecord } from './audit-log.js';

/** What administrators did. */
@Controller()
export class AdminAuditController {
  constructor(private readonly log: AuditLog) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/admin/audit',
    tag: 'administration',
    summary: 'Read the audit log',
    description:
      'Every act of an administrator, the making and revoking of keys, and every export and deletion of a user’s data. It is ' +
      'written before the act is answered, and can’t be changed.',
    access: 'admin',
    query: AuditQuery,
    answer: {
      description: 'Newest first.',
      schema: AuditPage,
      example: { items: [auditExample], next_cursor: null },
    },
  })
  async list(@Query() { limit, cursor, actor, act, since, until }: AuditQuery) {
    const records = await this.log.list({
      limit: limit + 1,
      beforeId: cursor ? z.uuid().safeParse(cursor).data : undefined,
      actor,
      act,
      since: since ? new Date(since) : undefined,
      until: until ? new Date(until) : undefined,
    });
    const last = records.length > limit ? records[limit - 1]?.auditId : undefined;
    return page(records.slice(0, limit).map(toJson), last);
  }
}

function toJson(record: AuditRecord): AuditedAct {
  return {
    id: record.auditId,
    at: record.actTime.toISOString(),
    actor: record.actor,
    key_id: record.keyId,
    act: record.act,
    subject_kind: record.subjectKind,
    subject: record.subject,
    before: record.before,
    after: record.after,
    request_id: record.requestId,
    outcome: record.outcome,
  };
}
