/** A month of UTC, and the event ids whose time lies in it. */
export interface EventMonth {
  /** `2026_11`. */
  readonly name: string;
  /** The smallest id of the month; as UUID. */
  readonly fromId: string;
  /** The smallest id of the next one. */
  readonly toId: string;
}

/** The smallest UUID with a time: UUIDv7 begins with its milliseconds, so ids of a month are one range. */
export function firstIdAt(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/** The time that an id begins with. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
}

/** The month of a moment, moved by some months. */
export function eventMonth(at: Date, offset = 0): EventMonth {
  const month = (more: number): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset + more, 1));
  const name = month(0).toISOString().slice(0, 7).replace('-', '_');
  return { name, fromId: firstIdAt(month(0)), toId: firstIdAt(month(1)) };
}
