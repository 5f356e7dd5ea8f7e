import type { AlertMessage } from './alert-message.js';

/** How a channel reaches people. What is secret is kept apart from what may be shown. */
export interface ChannelSettings {
  readonly webhook: { readonly shown: Record<never, never>; readonly secrets: { url: string; secret: string } };
  readonly slack: { readonly shown: Record<never, never>; readonly secrets: { url: string } };
  readonly email: {
    readonly shown: {
      readonly host: string;
      readonly port: number;
      readonly security: 'tls' | 'starttls' | 'none';
      readonly username: string;
      readonly from: string;
      readonly to: readonly string[];
    };
    readonly secrets: { password: string };
  };
  readonly telegram: { readonly shown: { readonly chatId: string }; readonly secrets: { botToken: string } };
}

export type ChannelKind = keyof ChannelSettings;

/** A way to reach people, with everything that is needed to use it. */
export type AlertChannel<Kind extends ChannelKind = ChannelKind> = {
  [Each in Kind]: {
    /** UUIDv7. */
    readonly channelId: string;
    readonly name: string;
    readonly enabled: boolean;
    readonly kind: Each;
    readonly shown: ChannelSettings[Each]['shown'];
    readonly secrets: Readonly<ChannelSettings[Each]['secrets']>;
    readonly updateTime: Date;
  };
}[Kind];

/** Sends messages of one kind of channel. One attempt, within the signal's time. @throws DeliveryFailedError */
export interface AlertSender<Kind extends ChannelKind> {
  send(channel: AlertChannel<Kind>, message: AlertMessage, signal: AbortSignal): Promise<void>;
}

/** A message was not taken. The text names no address and no secret; it may be shown to administrators. */
export class DeliveryFailedError extends Error {
  override readonly name = 'DeliveryFailedError';

  constructor(
    message: string,
    /** The receiver wants no other attempt before this time. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
