import type { AlertChannel, AlertSender, ChannelKind } from '../../domain/alerts/alert-channel.js';
import { DeliveryFailedError } from '../../domain/alerts/alert-channel.js';
import type { AlertMessage } from '../../domain/alerts/alert-message.js';

/** A sender for each kind of channel. */
export type SenderOf = { readonly [Kind in ChannelKind]: AlertSender<Kind> };

/** Sends through the channel's sender, within a deadline. */
export class AlertSenders {
  constructor(
    private readonly senders: SenderOf,
    private readonly timeoutMs = 10_000,
  ) {}

  /** One attempt. @throws DeliveryFailedError, whose text may be shown */
  async send(channel: AlertChannel, message: AlertMessage): Promise<void> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    // The kind decides which sender it is, and so which channels that takes.
    const sender = this.senders[channel.kind] as AlertSender<ChannelKind>;
    const late = new Promise<never>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new DeliveryFailedError('It was not taken in time.')), {
        once: true,
      }),
    );
    await Promise.race([sender.send(channel, message, signal), late]);
  }
}
