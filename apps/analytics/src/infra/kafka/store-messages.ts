import { UsageEvent } from '@atelier/contracts/usage/v1';
import type { KafkaMessage } from 'kafkajs';
import type { IngestUsageEvents } from '../../domain/ingest-usage-events.js';

/** A message that was not counted, and why. */
export interface UncountedMessage {
  readonly message: KafkaMessage;
  readonly reason: string;
}

/**
 * Stores what messages say, each event once, and answers those that can't be: bytes that are no event, events that are
 * wrong, and what the database refuses whenever it is asked. Rejects while the database is away.
 */
export async function storeMessages(
  messages: readonly KafkaMessage[],
  ingest: Pick<IngestUsageEvents, 'ingest'>,
): Promise<{ stored: number; uncounted: UncountedMessage[] }> {
  const uncounted: UncountedMessage[] = [];
  const readable: { message: KafkaMessage; event: UsageEvent }[] = [];
  for (const message of messages) {
    const event = readEvent(message);
    if (typeof event === 'string') uncounted.push({ message, reason: event });
    else readable.push({ message, event });
  }
  const outcome = await storeReadable(readable, ingest);
  return { stored: outcome.stored, uncounted: [...uncounted, ...outcome.uncounted] };
}

function readEvent({ value }: KafkaMessage): UsageEvent | string {
  if (!value) return 'the message is empty';
  try {
    return UsageEvent.decode(value);
  } catch (error) {
    return `the bytes are no usage event: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function storeReadable(
  readable: readonly { message: KafkaMessage; event: UsageEvent }[],
  ingest: Pick<IngestUsageEvents, 'ingest'>,
): Promise<{ stored: number; uncounted: UncountedMessage[] }> {
  if (readable.length === 0) return { stored: 0, uncounted: [] };
  try {
    const { stored, rejected } = await ingest.ingest(readable.map(({ event }) => event));
    const uncounted = rejected.flatMap(({ index, problem }) => {
      const message = readable[index]?.message;
      return message ? [{ message, reason: problem }] : [];
    });
    return { stored, uncounted };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = readable;
    if (readable.length === 1 && only)
      return { stored: 0, uncounted: [{ message: only.message, reason: told(error) }] };
    // One of them is refused, and with it all: halves find it.
    const middle = readable.length >> 1;
    const first = await storeReadable(readable.slice(0, middle), ingest);
    const second = await storeReadable(readable.slice(middle), ingest);
    return { stored: first.stored + second.stored, uncounted: [...first.uncounted, ...second.uncounted] };
  }
}

/** SQLSTATE classes that are about the data: wrong values, broken constraints. All others pass. */
const aboutData = new Set(['22', '23']);

function isRefusal(error: unknown): boolean {
  return aboutData.has(sqlState(error).slice(0, 2));
}

function sqlState(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** Without the database's own words: they may quote the event. */
function told(error: unknown): string {
  return `the database refuses the event (SQLSTATE ${sqlState(error)})`;
}
