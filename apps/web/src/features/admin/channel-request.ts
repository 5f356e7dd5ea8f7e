import type { AlertChannel, PutAlertChannel } from '../../api/gen/api.js';

/** A channel as it is edited. Secrets are empty unless they are typed anew. */
export interface ChannelForm {
  readonly kind: AlertChannel['kind'];
  readonly name: string;
  readonly enabled: boolean;
  readonly url: string;
  readonly secret: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly security: 'tls' | 'starttls' | 'none';
  readonly username: string;
  readonly from: string;
  readonly to: string;
  readonly chatId: string;
}

export function toForm(channel: AlertChannel | undefined): ChannelForm {
  const email = channel?.email;
  return {
    kind: channel?.kind ?? 'webhook',
    name: channel?.name ?? '',
    enabled: channel?.enabled ?? true,
    url: '',
    secret: '',
    host: email?.host ?? '',
    port: email?.port ?? 587,
    security: email?.security ?? 'starttls',
    username: email?.username ?? '',
    from: email?.from ?? '',
    to: email?.to.join(', ') ?? '',
    chatId: channel?.kind === 'telegram' ? channel.destination : '',
  };
}

/** What is sent: only the fields of its kind, and secrets only where they were typed. */
export function toRequest(form: ChannelForm): PutAlertChannel {
  const { kind, name, enabled, url, secret, host, port, security, username, from, to, chatId } = form;
  const common = { name: name.trim(), enabled };
  const typed = <Name extends string>(field: Name, value: string) => (value.trim() ? { [field]: value.trim() } : {});
  if (kind === 'webhook') return { ...common, webhook: { ...typed('url', url), ...typed('secret', secret) } };
  if (kind === 'slack') return { ...common, slack: typed('url', url) };
  if (kind === 'telegram') return { ...common, telegram: { ...typed('bot_token', secret), chat_id: chatId.trim() } };
  const recipients = to
    .split(/[,;\s]+/)
    .map((address) => address.trim())
    .filter(Boolean);
  return {
    ...common,
    email: {
      host: host.trim(),
      port: port ?? 587,
      security,
      ...typed('username', username),
      ...typed('password', secret),
      from: from.trim(),
      to: recipients,
    },
  };
}
