import type { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { type PersonalTable, SqlPersonalData } from '@atelier/privacy';
import type { Kysely } from 'kysely';
import type { EraseAt } from './deletions.js';
import type { DeletionStore } from './deletion-store.js';
import { eraseNames } from './erase-names.js';
import { personalTables } from './gateway-personal-tables.js';

const timeoutMs = 25_000;

/** Erases at a service behind the gateway, in the gateway's own name: the user's key may be gone by then. */
export function eraseAtService(client: GrpcClient<typeof PrivacyServiceService>, context: () => CallContext): EraseAt {
  return ({ deletionId: requestId, userId, pseudonym }) =>
    client.deleteUserData({ requestId, userId, pseudonym }, { context: context(), timeoutMs });
}

/** What erasing in the gateway's own schema needs. */
export interface GatewayErasureTools {
  readonly db: Kysely<unknown>;
  readonly store: Pick<DeletionStore, 'renameRequester'>;
  /** Forgets what is kept in memory and caches of a user: credentials, preferences. */
  readonly forgetUser: (userId: string) => Promise<void>;
  readonly tables?: readonly PersonalTable[];
}

/** Erases what the gateway holds; keys stay until the last round, so that the user can see what becomes of the deletion. */
export function eraseAtGateway({ db, store, forgetUser, tables = personalTables }: GatewayErasureTools): EraseAt {
  const personal = new SqlPersonalData(db, tables);
  return async ({ userId, pseudonym, isLast }) => {
    const names = await eraseNames(db, userId, pseudonym);
    await store.renameRequester(userId, pseudonym);
    if (!isLast) return { kinds: names, complete: true };
    const erasure = await personal.erase({ userId, pseudonym, signal: AbortSignal.timeout(timeoutMs) });
    await forgetUser(userId);
    return { kinds: [...names, ...erasure.kinds], complete: erasure.complete };
  };
}
