import { createHmac, timingSafeEqual } from 'node:crypto';

/** A webhook as it arrived, in the form of Standard Webhooks (https://www.standardwebhooks.com). */
export interface SignedMessage {
  /** `webhook-id`. */
  readonly id: string;
  /** `webhook-timestamp`, in seconds. */
  readonly timestamp: string;
  /** `webhook-signature`: versions and signatures, separated by spaces. */
  readonly signatures: string;
  /** The body as it came. */
  readonly body: Uint8Array;
}

/** Seconds that the time of a message may differ from ours, in both directions. */
const toleranceS = 300;
/** More come from nobody who means well. */
const mostSignatures = 16;

/** What is wrong with a message; undefined when it is genuine and fresh. Takes the same time wherever signatures differ. */
export function signatureProblem(
  message: SignedMessage,
  secrets: readonly string[],
  nowMs: number,
): 'malformed' | 'stale' | 'forged' | undefined {
  const { id, timestamp, signatures, body } = message;
  // The dots separate what is signed.
  if (!/^[\w-]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return 'malformed';
  const given = signatures
    .split(' ')
    .filter((text) => text.startsWith('v1,'))
    .slice(0, mostSignatures)
    .map((text) => Buffer.from(text.slice(3), 'base64'));
  let genuine = false;
  for (const secret of secrets) {
    const key = Buffer.from(secret.slice(secret.lastIndexOf('_') + 1), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
    for (const signature of given) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) genuine = true;
    }
  }
  if (!genuine) return 'forged';
  return Math.abs(nowMs / 1_000 - Number(timestamp)) > toleranceS ? 'stale' : undefined;
}
