import { createHmac } from 'node:crypto';

/** What is signed. */
export interface UnsignedMessage {
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
}

/** Headers of a message in the form of Standard Webhooks (https://www.standardwebhooks.com); one signature by each secret. */
export function signedHeaders(
  { id, body, timeMs }: UnsignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(timeMs / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

const secretPrefix = 'whsec_';

/** A secret of the given random bytes. */
export function secretOf(key: Buffer): string {
  return `${secretPrefix}${key.toString('base64')}`;
}
