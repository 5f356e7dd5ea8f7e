import type { SafeFetcher } from '@atelier/safe-fetch';
import type { AlertChannel, AlertSender } from '../../../domain/alerts/alert-channel.js';
import type { AlertMessage } from '../../../domain/alerts/alert-message.js';
import { postJson } from './post-json.js';

/** The bot API of Telegram (https://core.telegram.org/bots/api#sendmessage). */
export class TelegramSender implements AlertSender<'telegram'> {
  constructor(
    private readonly fetcher: Pick<SafeFetcher, 'post'>,
    /** `https://api.telegram.org`, or a bot API server of one's own. */
    private readonly apiUrl: string,
  ) {}

  async send(channel: AlertChannel<'telegram'>, { title, text }: AlertMessage, signal: AbortSignal): Promise<void> {
    const { shown, secrets } = channel;
    const body = JSON.stringify({
      chat_id: shown.chatId,
      text: `${title}\n${text}`,
      link_preview_options: { is_disabled: true },
    });
    await postJson(this.fetcher, `${this.apiUrl}/bot${secrets.botToken}/sendMessage`, { body, signal });
  }
}
