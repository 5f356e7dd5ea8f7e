import { AlertChannel as WireChannel } from '@atelier/contracts/analytics/v1';
import type { FieldViolation } from '@atelier/errors';
import { webhookUrlProblem } from '@atelier/safe-fetch';
import type { AlertChannel } from '../domain/alerts/alert-channel.js';

type Wanted = Omit<AlertChannel, 'updateTime'>;

const securities = ['tls', 'starttls', 'none'] as const;
const address = /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,190}$/;
const whsec = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

/** A channel as it was asked for; what is left empty of the secrets stays what it was. Collects what is wrong. */
export function channelFromWire(
  wire: WireChannel,
  known: AlertChannel | undefined,
  privateHosts: ReadonlySet<string>,
): { readonly channel: Wanted | undefined; readonly violations: FieldViolation[] } {
  const violations: FieldViolation[] = [];
  const wrong = (field: string, message: string): void => void violations.push({ field, message });
  if (wire.name === '' || wire.name.length > 100) wrong('name', 'must have 1 to 100 characters');
  const frame = { channelId: wire.channelId, name: wire.name, enabled: wire.enabled };
  const stays = <Kind extends AlertChannel['kind']>(kind: Kind) =>
    known?.kind === kind ? (known as AlertChannel<Kind>).secrets : undefined;
  const url = (field: string, given: string, former: string | undefined): string => {
    const value = given || former || '';
    const problem = value === '' ? 'is needed' : webhookUrlProblem(value, [...privateHosts]);
    if (problem) wrong(field, problem);
    return value;
  };
  const { webhook, slack, email, telegram } = wire;
  let channel: Wanted | undefined;
  if (webhook) {
    const former = stays('webhook');
    const secret = webhook.secret || former?.secret || '';
    if (secret !== '' && !whsec.test(secret)) wrong('webhook.secret', 'must be whsec_ and base64 of 24 to 64 bytes');
    const secrets = { url: url('webhook.url', webhook.url, former?.url), secret };
    channel = { ...frame, kind: 'webhook', shown: {}, secrets };
  } else if (slack) {
    channel = {
      ...frame,
      kind: 'slack',
      shown: {},
      secrets: { url: url('slack.url', slack.url, stays('slack')?.url) },
    };
  } else if (email) {
    channel = { ...frame, ...emailFromWire(email, stays('email')?.password, privateHosts, wrong) };
  } else if (telegram) {
    const botToken = telegram.botToken || stays('telegram')?.botToken || '';
    if (!/^\d{1,20}:[\w-]{20,100}$/.test(botToken)) wrong('telegram.bot_token', 'must be a token like 123456:AA…');
    if (!/^(-?\d{1,20}|@\w{3,64})$/.test(telegram.chatId)) wrong('telegram.chat_id', 'must be a number or @name');
    channel = { ...frame, kind: 'telegram', shown: { chatId: telegram.chatId }, secrets: { botToken } };
  } else wrong('kind', 'must be webhook, slack, email or telegram, with its settings');
  return { channel: violations.length === 0 ? channel : undefined, violations };
}

function emailFromWire(
  email: NonNullable<WireChannel['email']>,
  former: string | undefined,
  privateHosts: ReadonlySet<string>,
  wrong: (field: string, message: string) => void,
) {
  const { host, port, username, from, to } = email;
  const security = securities.find((one) => one === email.security);
  const isPrivate = privateHosts.has(`${host}:${port}`);
  const password = email.password || (username === '' ? '' : (former ?? ''));
  if (!/^[A-Za-z0-9.:_-]{1,253}$/.test(host)) wrong('email.host', 'must be a host name');
  if (port < 1 || port > 65_535) wrong('email.port', 'must be 1 to 65535');
  if (!isPrivate && ![25, 465, 587, 2525].includes(port)) wrong('email.port', 'must be 25, 465, 587 or 2525');
  if (!security) wrong('email.security', `must be one of ${securities.join(', ')}`);
  if (security === 'none' && username !== '' && !isPrivate)
    wrong('email.security', 'must be tls or starttls where there is a password');
  if (username.length > 200 || password.length > 500) wrong('email.username', 'is too long');
  if (username !== '' && password === '') wrong('email.password', 'is needed');
  if (!address.test(from)) wrong('email.from', 'must be an e-mail address');
  if (to.length < 1 || to.length > 20 || !to.every((one) => address.test(one)))
    wrong('email.to', 'must be 1 to 20 e-mail addresses');
  const shown = { host, port, security: security ?? 'tls', username, from, to };
  return { kind: 'email' as const, shown, secrets: { password } };
}

/** A channel without its secrets. */
export function channelToWire(channel: AlertChannel): WireChannel {
  const { channelId, name, enabled, updateTime } = channel;
  const frame = { channelId, name, enabled, updateTime, destination: destinationOf(channel) };
  switch (channel.kind) {
    case 'webhook':
      return WireChannel.create({ ...frame, webhook: {} });
    case 'slack':
      return WireChannel.create({ ...frame, slack: {} });
    case 'email':
      return WireChannel.create({ ...frame, email: { ...channel.shown, to: [...channel.shown.to] } });
    case 'telegram':
      return WireChannel.create({ ...frame, telegram: { chatId: channel.shown.chatId } });
  }
}

function destinationOf(channel: AlertChannel): string {
  switch (channel.kind) {
    case 'webhook':
    case 'slack':
      return URL.parse(channel.secrets.url)?.origin ?? '';
    case 'email':
      return channel.shown.to.join(', ');
    case 'telegram':
      return channel.shown.chatId;
  }
}
