import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '@atelier/safe-fetch';
import { createTransport } from 'nodemailer';
import { type AlertChannel, type AlertSender, DeliveryFailedError } from '../../../domain/alerts/alert-channel.js';
import type { AlertMessage } from '../../../domain/alerts/alert-message.js';

/** Finds the address of a host name. */
export type ResolveAddress = (host: string) => Promise<string>;

const stepTimeoutMs = 8_000;

/** E-mail over SMTP, to public servers and to those that the operator allowed. */
export class EmailSender implements AlertSender<'email'> {
  constructor(
    /** `host:port` of servers without a public address. */
    private readonly privateHosts: ReadonlySet<string>,
    private readonly resolve: ResolveAddress = async (host) => (await lookup(host)).address,
  ) {}

  async send(channel: AlertChannel<'email'>, message: AlertMessage, signal: AbortSignal): Promise<void> {
    const { shown, secrets } = channel;
    const { host, port, security, username, from, to } = shown;
    // The very address that was checked is connected to, so that a name that changes its answer gains nothing.
    const address = await this.#addressOf(host, port);
    const transport = createTransport({
      host: address,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(username === '' ? {} : { auth: { user: username, pass: secrets.password } }),
      connectionTimeout: stepTimeoutMs,
      greetingTimeout: stepTimeoutMs,
      socketTimeout: stepTimeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    signal.addEventListener('abort', () => transport.close(), { once: true });
    const { id, title, text, time } = message;
    const mail = { from, to: [...to], subject: title, text, date: time, messageId: `<${id}@alerts.atelier>` };
    try {
      await transport.sendMail(mail);
    } catch (error) {
      throw new DeliveryFailedError(reasonOf(error));
    } finally {
      transport.close();
    }
  }

  async #addressOf(host: string, port: number): Promise<string> {
    const address = isIP(host) === 0 ? await this.resolve(host).catch(() => undefined) : host;
    if (!address) throw new DeliveryFailedError('The mail server was not found.');
    if (!isPublicAddress(address) && !this.privateHosts.has(`${host}:${port}`))
      throw new DeliveryFailedError('The mail server has no public address.');
    return address;
  }
}

/** What a server answers may name people and hosts; its number says enough. */
function reasonOf(error: unknown): string {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (typeof responseCode === 'number') return `The mail server refused the message (${responseCode}).`;
  return typeof code === 'string' && /^E[A-Z]+$/.test(code)
    ? `The mail server could not be used (${code}).`
    : 'The mail could not be sent.';
}
