/** Dollars of an amount in integer micro-dollars: at most six decimals by construction. */
export function dollars(micros: number): number {
  return micros / 1_000_000;
}

/** Seconds with at most six decimals. */
export function seconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000;
}

/** ISO 8601 in UTC; null for an absent time. */
export function iso(time: Date | undefined | null): string | null {
  return time ? time.toISOString() : null;
}

/** A page of a list as every list answers it. */
export function page<Item>(
  items: Item[],
  nextCursor: string | undefined,
): { items: Item[]; next_cursor: string | null } {
  return { items, next_cursor: nextCursor ? nextCursor : null };
}
