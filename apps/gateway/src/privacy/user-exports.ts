import type { AssetStorage } from '@atelier/asset-storage';
import type { ExportUserDataResponse } from '@atelier/contracts/privacy/v1';
import type { PersonalData, PersonalItem } from '@atelier/privacy';
import type { Logger } from '@atelier/service-defaults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Backends } from '../backends.js';
import { ExportArchive, type ExportSource } from './export-archive.js';
import type { ExportLeases } from './export-leases.js';

/** What exports need. */
export interface UserExportTools {
  readonly backends: Pick<Backends, 'privacy'>;
  /** What the gateway itself has stored. */
  readonly own: Pick<PersonalData, 'items'>;
  readonly storage: Pick<AssetStorage, 'get'>;
  readonly leases: ExportLeases;
  readonly now: () => Date;
  readonly longestMs: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Sends exports, each within its time and no two of the same user at once. */
export class UserExports {
  constructor(private readonly tools: UserExportTools) {}

  /** Resolves when the archive is sent, or broke off. Rejects before the first byte when a service is away. Throws EXPORT_RUNNING. */
  async send(userId: string, { call }: FastifyRequest, reply: FastifyReply): Promise<{ complete: boolean }> {
    const { leases, storage, now, longestMs, logger } = this.tools;
    const giveBack = await leases.take(userId);
    const end = new AbortController();
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(longestMs), end.signal]);
    try {
      const sources = await Promise.all(this.#sources(userId, call, signal).map(started));
      const archive = new ExportArchive(storage, { userId, now: now() }, signal);
      reply
        .header('content-type', 'application/zip')
        .header('content-disposition', `attachment; filename="atelier-export-${now().toISOString().slice(0, 10)}.zip"`)
        .header('cache-control', 'no-store');
      const sent = Promise.resolve(reply.send(archive.stream));
      let complete = true;
      await archive.write(sources).catch((error: unknown) => {
        complete = false;
        // The status is said already: only a broken connection tells that this is not all.
        logger.warn({ err: error, request_id: call.requestId }, 'an export broke off');
        archive.stream.destroy(error instanceof Error ? error : undefined);
      });
      await sent.catch(() => (complete = false));
      return { complete };
    } finally {
      end.abort();
      await giveBack();
    }
  }

  #sources(userId: string, call: FastifyRequest['call'], signal: AbortSignal): ExportSource[] {
    const { backends, own } = this.tools;
    const remote = Object.entries(backends.privacy).map(([service, client]) => ({
      service,
      items: itemsOf(client.exportUserData({ userId }, { context: call, signal })),
    }));
    return [...remote, { service: 'gateway', items: own.items(userId) }];
  }
}

async function* itemsOf(messages: AsyncIterable<ExportUserDataResponse>): AsyncGenerator<PersonalItem> {
  for await (const { record, file } of messages) {
    if (record) yield { record };
    else if (file) yield { file };
  }
}

/** The same source, its first item read: a service that is away is known before anything is sent. */
async function started({ service, items }: ExportSource): Promise<ExportSource> {
  const reader = items[Symbol.asyncIterator]();
  const first = await reader.next();
  const all = async function* (): AsyncGenerator<PersonalItem> {
    try {
      for (let next = first; !next.done; next = await reader.next()) yield next.value;
    } finally {
      await reader.return?.(undefined);
    }
  };
  return { service, items: all() };
}
