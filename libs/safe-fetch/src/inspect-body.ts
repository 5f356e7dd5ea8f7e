import { assertAccepted, SNIFF_BYTES, sniffContentType } from './content-type.js';
import { FetchFailedError } from './fetch-failed-error.js';

/** What a body must satisfy while it passes. */
export interface BodyInspection {
  readonly maxBytes: number;
  readonly contentLength?: number | undefined;
  readonly accept?: readonly string[] | undefined;
  /** Called once, before the first bytes are passed on. */
  readonly onContentType: (contentType: string) => void;
}

/** Passes a body on, holding back its head until the type is known, and stops it at the first byte too many. */
export async function* inspectBody(
  body: AsyncIterable<Uint8Array>,
  inspection: BodyInspection,
): AsyncGenerator<Uint8Array> {
  if ((inspection.contentLength ?? 0) > inspection.maxBytes) throw new FetchFailedError('too_large');
  let total = 0;
  let held: Uint8Array[] | undefined = [];
  for await (const chunk of body) {
    total += chunk.length;
    if (total > inspection.maxBytes) throw new FetchFailedError('too_large');
    if (held === undefined) {
      yield chunk;
      continue;
    }
    held.push(chunk);
    if (total >= SNIFF_BYTES) {
      yield await inspectHead(held, inspection);
      held = undefined;
    }
  }
  if (held !== undefined) yield await inspectHead(held, inspection);
}

async function inspectHead(chunks: readonly Uint8Array[], inspection: BodyInspection): Promise<Uint8Array> {
  const head = Buffer.concat(chunks);
  const contentType = await sniffContentType(head.subarray(0, SNIFF_BYTES));
  assertAccepted(contentType, inspection.accept);
  inspection.onContentType(contentType);
  return head;
}
