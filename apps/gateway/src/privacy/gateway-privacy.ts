import { SqlPersonalData } from '@atelier/privacy';
import type { AuditLog } from '../admin/audit-log.js';
import type { Backends } from '../backends.js';
import type { GatewaySurroundings } from '../gateway-surroundings.js';
import type { Authenticator } from '../identity/authenticator.js';
import type { PreferenceCache } from '../preferences/preference-cache.js';
import { ClosedAccounts } from './closed-accounts.js';
import { DeletionStore } from './deletion-store.js';
import { Deletions } from './deletions.js';
import { eraseAtGateway, eraseAtService } from './erase-at.js';
import { ExportLeases } from './export-leases.js';
import { auditTable, personalTables } from './gateway-personal-tables.js';
import { UserExports } from './user-exports.js';

/** Exports, deletions, and what runs for them in the background. */
export interface GatewayPrivacy {
  readonly closed: ClosedAccounts;
  readonly deletions: Deletions;
  readonly exports: UserExports;
  start(): Promise<void>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const reportsKeptMs = 30 * dayMs;
const sweepEveryMs = 3_600_000;

/** Puts the gateway's part of privacy together; nothing is started. */
export function gatewayPrivacy(
  parts: Pick<GatewaySurroundings, 'config' | 'runtime' | 'database' | 'storage' | 'filesSecret' | 'now'> & {
    readonly backends: Backends;
    readonly authenticator: Authenticator;
    readonly auditLog: AuditLog;
    readonly preferences: Pick<PreferenceCache, 'changed'>;
  },
): GatewayPrivacy {
  const { config, runtime, database, storage, filesSecret, now, backends, authenticator, auditLog } = parts;
  const { preferences } = parts;
  const { logger } = runtime;
  const db = database.kysely<unknown>();
  const store = new DeletionStore(database, filesSecret, now);
  const closed = new ClosedAccounts(() => store.openUsers(), logger);
  const context = () => runtime.backgroundContext();
  const deletions = new Deletions({
    store,
    closed,
    services: {
      generation: eraseAtService(backends.privacy.generation, context),
      playground: eraseAtService(backends.privacy.playground, context),
      presets: eraseAtService(backends.privacy.presets, context),
      analytics: eraseAtService(backends.privacy.analytics, context),
      gateway: eraseAtGateway({
        db,
        store,
        forgetUser: async (userId) => {
          authenticator.forgetUser(userId);
          await preferences.changed(userId);
        },
      }),
    },
    now,
    logger,
    settleMs: config.DELETION_SETTLE_TIME * 1_000,
    reportsKeptMs,
  });
  const longestMs = config.EXPORT_TIMEOUT * 1_000;
  const exports = new UserExports({
    backends,
    own: new SqlPersonalData(db, [...personalTables, auditTable]),
    storage,
    leases: new ExportLeases(database, longestMs, now),
    now,
    longestMs,
    logger,
  });
  let sweep: NodeJS.Timeout | undefined;
  const sweepAuditLog = (): void => {
    if (config.AUDIT_RETENTION_DAYS === 0) return;
    const oldest = new Date(now().getTime() - config.AUDIT_RETENTION_DAYS * dayMs);
    auditLog
      .deleteBefore(oldest)
      .catch((error: unknown) => logger.warn({ err: error }, 'old acts could not be deleted'));
  };
  return {
    closed,
    deletions,
    exports,
    start: async () => {
      await closed.start();
      deletions.start();
      sweep = setInterval(sweepAuditLog, sweepEveryMs).unref();
      sweepAuditLog();
    },
    close: async () => {
      clearInterval(sweep);
      closed.close();
      await deletions.close();
    },
  };
}
