import { EventEmitter, once } from 'node:events';
import { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { metadataKeys } from '@atelier/grpc';
import { IdentityTokens } from '@atelier/identity';
import { socketAddress, testIdentitySecret } from '@atelier/testing';
import { type Metadata, Server, ServerCredentials } from '@grpc/grpc-js';

/** One call of the ledger, with who it was made for. */
export interface LedgerEntry {
  readonly kind: 'reserve' | 'settle' | 'release';
  readonly request: Readonly<Record<string, unknown>>;
  readonly userId: string | undefined;
  readonly requestId: string;
}

/** A ledger that notes its entries. */
export interface FakeLedger {
  readonly address: string;
  readonly entries: LedgerEntry[];
  budgetLeft: boolean;
  /** The first `count` entries, as soon as there are so many. */
  seen(count: number): Promise<LedgerEntry[]>;
  stop(): void;
}

type Call = { readonly request: Record<string, unknown>; readonly metadata: Metadata };
type Answer = (error: object | null, value?: object) => void;

export async function startFakeLedger(): Promise<FakeLedger> {
  const entries: LedgerEntry[] = [];
  const news = new EventEmitter();
  const tokens = new IdentityTokens(testIdentitySecret);
  const note = (kind: LedgerEntry['kind'], value: object) => (call: Call, answer: Answer) => {
    if (kind === 'reserve' && !ledger.budgetLeft) return answer({ code: 8, details: 'spent' });
    const [token, requestId] = [metadataKeys.identity, metadataKeys.requestId].map((key) =>
      String(call.metadata.get(key)[0]),
    );
    const userId = tokens.verify(token ?? '')?.identity.userId;
    entries.push({ kind, request: call.request, userId, requestId: requestId ?? '' });
    answer(null, value);
    news.emit('entry');
  };
  const server = new Server();
  const { reserveBudget, settleReservation, releaseReservation } = LedgerServiceService;
  server.addService({ reserveBudget, settleReservation, releaseReservation }, {
    reserveBudget: note('reserve', { reservationId: 'r' }),
    settleReservation: note('settle', {}),
    releaseReservation: note('release', {}),
  } as never);
  const address = socketAddress('ledger');
  await new Promise<void>((resolve) => server.bindAsync(address, ServerCredentials.createInsecure(), () => resolve()));
  const ledger: FakeLedger = {
    address,
    entries,
    budgetLeft: true,
    seen: async (count) => {
      while (entries.length < count) await once(news, 'entry');
      return entries.slice(0, count);
    },
    stop: () => server.forceShutdown(),
  };
  return ledger;
}
