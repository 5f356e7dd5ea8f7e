import type { SafeFetcher } from '@atelier/safe-fetch';
import type { AlertChannel, AlertSender } from '../../../domain/alerts/alert-channel.js';
import type { AlertMessage } from '../../../domain/alerts/alert-message.js';
import { postJson } from './post-json.js';

/** An incoming webhook of Slack (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks), or of what speaks like it. */
export class SlackSender implements AlertSender<'slack'> {
  constructor(private readonly fetcher: Pick<SafeFetcher, 'post'>) {}

  async send({ secrets }: AlertChannel<'slack'>, { title, text }: AlertMessage, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ text: `*${escaped(title)}*\n${escaped(text)}`, unfurl_links: false });
    await postJson(this.fetcher, secrets.url, { body, signal });
  }
}

/** What Slack's mark-up is made of; else a user id could mention a whole channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
