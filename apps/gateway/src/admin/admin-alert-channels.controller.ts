import { Body, Controller, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { AdminActs } from './admin-acts.js';
import { channelJson, channelToWire } from './admin-alerts-json.js';
import {
  AlertChannel,
  AlertChannels,
  AlertTest,
  channelExample,
  IdParams,
  PutAlertChannel,
  putChannelExample,
} from './admin-alerts.schema.js';

const tag = 'administration';
const base = '/api/v1/admin/alerts/channels';

/** How people are told. */
@Controller()
export class AdminAlertChannelsController {
  constructor(
    private readonly backends: Backends,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: base,
    tag,
    summary: 'List alert channels',
    description: 'Never with their secrets.',
    access: 'admin',
    answer: {
      description: 'All of them, by name.',
      schema: AlertChannels,
      example: { items: [channelExample], next_cursor: null },
    },
  })
  async list() {
    const { channels } = await this.backends.alerts.listAlertChannels({});
    return { items: channels.map(channelJson), next_cursor: null };
  }

  @Endpoint({
    method: 'POST',
    path: base,
    tag,
    summary: 'Make an alert channel',
    description:
      'Addresses need https and a public host, unless the operator allows them with ALERT_ALLOWED_PRIVATE_HOSTS. Secrets ' +
      'are never answered again.',
    access: 'admin',
    body: PutAlertChannel,
    bodyExample: putChannelExample,
    status: 201,
    answer: { description: 'The channel.', schema: AlertChannel, example: channelExample },
    problems: [409],
  })
  async make(@Body() body: PutAlertChannel, @Req() { call }: FastifyRequest): Promise<AlertChannel> {
    const act = {
      act: 'alerts.channel.make',
      subjectKind: 'alert_channel',
      subject: body.name,
      wanted: withoutSettings(body),
    };
    const { channel } = await this.acts.perform(call, act, () =>
      this.backends.alerts.putAlertChannel({ channel: channelToWire('', body) }),
    );
    return channelJson(channel);
  }

  @Endpoint({
    method: 'PUT',
    path: `${base}/:id`,
    tag,
    summary: 'Replace an alert channel',
    description: 'Secrets that are left out stay what they were, as long as the kind stays.',
    access: 'admin',
    params: IdParams,
    body: PutAlertChannel,
    bodyExample: { name: 'ops', enabled: false, slack: {} },
    answer: { description: 'The channel.', schema: AlertChannel, example: { ...channelExample, enabled: false } },
    problems: [404],
  })
  async replace(
    @Param() { id }: { id: string },
    @Body() body: PutAlertChannel,
    @Req() { call }: FastifyRequest,
  ): Promise<AlertChannel> {
    const act = {
      act: 'alerts.channel.replace',
      subjectKind: 'alert_channel',
      subject: id,
      wanted: withoutSettings(body),
    };
    const { channel } = await this.acts.perform(call, act, () =>
      this.backends.alerts.putAlertChannel({ channel: channelToWire(id, body) }),
    );
    return channelJson(channel);
  }

  @Endpoint({
    method: 'DELETE',
    path: `${base}/:id`,
    tag,
    summary: 'Delete an alert channel',
    access: 'admin',
    params: IdParams,
    status: 204,
    answer: { description: 'It is gone, with what still waited for it.' },
    problems: [404],
  })
  async remove(@Param() { id }: { id: string }, @Req() { call }: FastifyRequest): Promise<void> {
    const act = { act: 'alerts.channel.delete', subjectKind: 'alert_channel', subject: id };
    await this.acts.perform(call, act, () => this.backends.alerts.deleteAlertChannel({ channelId: id }));
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/:id/test`,
    tag,
    summary: 'Send a test message',
    description: 'Once, now, also where the channel is switched off.',
    access: 'admin',
    params: IdParams,
    answer: { description: 'Whether it was taken.', schema: AlertTest, example: { delivered: true, error: null } },
    problems: [404],
  })
  async test(@Param() { id }: { id: string }, @Req() { call }: FastifyRequest): Promise<z.output<typeof AlertTest>> {
    const act = { act: 'alerts.channel.test', subjectKind: 'alert_channel', subject: id };
    const { delivered, error } = await this.acts.perform(call, act, () =>
      this.backends.alerts.testAlertChannel({ channelId: id }),
    );
    return { delivered, error: error || null };
  }
}

/** What the audit log keeps: an address can be a secret without looking like one. */
function withoutSettings({ name, enabled, webhook, slack, email }: PutAlertChannel) {
  return { name, enabled, kind: webhook ? 'webhook' : slack ? 'slack' : email ? 'email' : 'telegram' };
}
