import type { ServiceError } from '@atelier/errors';
import { type Transaction, sql } from 'kysely';
import { type BudgetLimits, type BudgetWindow, entryOf, type LedgerOperation, windowDeltas } from '../domain/ledger.js';
import type { GenerationSchema } from './schema.js';
import { budgetExceeded, ledgerRows, reserved } from './sql-ledger.js';
import type { Part } from './statements.js';

type Trx = Transaction<GenerationSchema>;
type ReserveOperation = Extract<LedgerOperation, { kind: 'reserve' }>;

/**
 * Budgets that are locked until the transaction ends, so that it can decide for itself, one reservation after the other,
 * what they cover: one round for any number of reservations, and nobody can spend the same money meanwhile.
 */
export class OpenBudgets {
  readonly #counted: { readonly operation: ReserveOperation; readonly counted: ReturnType<typeof count> }[] = [];

  constructor(
    private readonly used: Map<string, number>,
    private readonly limits: BudgetLimits,
    private readonly nowMs: number,
  ) {}

  /** BUDGET_EXCEEDED, naming the limit, when the budgets do not cover all of them; then none is counted. */
  reserve(operations: readonly ReserveOperation[]): ServiceError | undefined {
    const counted = operations.map((operation) => ({ operation, counted: count(operation, this.nowMs) }));
    const deltas = windowDeltas(counted.map((one) => one.counted));
    const full = deltas.find(
      (delta) => (this.used.get(keyOf(delta)) ?? Infinity) + delta.reservedMicros > this.limits[delta.scope],
    );
    if (full) return budgetExceeded(full.scope, this.nowMs);
    for (const delta of deltas) this.used.set(keyOf(delta), (this.used.get(keyOf(delta)) ?? 0) + delta.reservedMicros);
    this.#counted.push(...counted);
    return undefined;
  }

  /** What writes the reservations. */
  parts(trx: Trx): Part[] {
    if (this.#counted.length === 0) return [];
    const counted = this.#counted.map((one) => one.counted);
    const operations = this.#counted.map(({ operation }) => operation);
    const { reservations, entries } = ledgerRows(operations, counted, this.nowMs);
    return [
      trx.insertInto('reservations').values(reservations),
      trx.insertInto('ledger_entries').values(entries),
      trx
        .insertInto('budget_windows')
        .values(windowDeltas(counted).map((delta) => windowRow(delta, delta.reservedMicros)))
        .onConflict((conflict) =>
          conflict
            .columns(['scope', 'subject', 'window_start'])
            .doUpdateSet({ reserved_micros: sql`budget_windows.reserved_micros + excluded.reserved_micros` }),
        ),
    ];
  }
}

/** Locks the windows that reservations would count in. */
export async function openBudgets(
  trx: Trx,
  limits: BudgetLimits,
  operations: readonly ReserveOperation[],
  nowMs: number,
): Promise<OpenBudgets> {
  const windows = windowDeltas(operations.map((operation) => count(operation, nowMs)));
  if (windows.length === 0) return new OpenBudgets(new Map(), limits, nowMs);
  // Writing a row as it is locks it, and makes it where there is none. In the order of all who lock several of them.
  const rows = await trx
    .insertInto('budget_windows')
    .values(windows.map((window) => windowRow(window, 0)))
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'subject', 'window_start'])
        .doUpdateSet({ reserved_micros: sql`budget_windows.reserved_micros` }),
    )
    .returning(['scope', 'subject', 'window_start', sql<number>`reserved_micros + spent_micros`.as('used')])
    .execute();
  const used = new Map(
    rows.map((row) => [
      keyOf({ scope: row.scope, subject: row.subject, startMs: row.window_start.getTime() }),
      Number(row.used),
    ]),
  );
  return new OpenBudgets(used, limits, nowMs);
}

function count(operation: ReserveOperation, nowMs: number) {
  return { reservation: reserved(operation, nowMs), entry: entryOf(operation, operation.amountMicros) };
}

function windowRow({ scope, subject, startMs }: BudgetWindow, reservedMicros: number) {
  return { scope, subject, window_start: new Date(startMs), reserved_micros: reservedMicros, spent_micros: 0 };
}

function keyOf({ scope, subject, startMs }: Pick<BudgetWindow, 'scope' | 'subject' | 'startMs'>): string {
  return `${scope} ${startMs} ${subject}`;
}
