import { v7 as uuidv7 } from 'uuid';
import { sql } from 'kysely';
import { createHmac } from 'node:crypto';
import {
  AlertChannel,
  AlertRule,
  ListAlertsRequest,
  PutBudgetThresholdsRequest,
} from '@atelier/contracts/analytics/v1';
import { dumpRows } from '@atelier/testing';
import { mostAttempts } from '../src/infra/alerts/alert-delivery.js';
import {
  admin,
  after,
  botToken,
  channel,
  hookPath,
  listed,
  nobody,
  password,
  planted,
  rule,
  secret,
  slack,
  titles,
  useAlertWorld,
  world,
} from './alert-world.js';

useAlertWorld();

describe('channels', () => {
  const everyKind = async (): Promise<string[]> => [
    await slack(),
    await channel({ name: 'hook', webhook: { url: `${world.http.origin}/hook`, secret } }),
    await channel({ name: 'bot', telegram: { botToken, chatId: '-1001' } }),
    await channel({
      name: 'mail',
      email: {
        host: '127.0.0.1',
        port: world.mail.port,
        security: 'none',
        username: 'atelier',
        password,
        from: 'atelier@example.org',
        to: ['ops@example.org', 'boss@example.org'],
      },
    }),
  ];

  it('carry a test message each, signed and addressed as their kind wants it', async () => {
    for (const channelId of await everyKind())
      await expect(world.alerts.testAlertChannel({ channelId }, admin)).resolves.toEqual({
        delivered: true,
        error: '',
      });
    const [toSlack, toHook, toBot] = world.http.received;
    expect(toSlack?.path).toBe(hookPath);
    expect(toBot).toMatchObject({
      path: `/bot${botToken}/sendMessage`,
      body: expect.stringContaining('"chat_id":"-1001"'),
    });
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = toHook?.headers ?? {};
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key)
      .update(`${String(id)}.${String(time)}.${toHook?.body}`)
      .digest('base64');
    expect(signature).toBe(`v1,${expected}`);
    expect(JSON.parse(toHook?.body ?? '')).toMatchObject({ type: 'alert.test' });
    expect(world.mail.mails).toMatchObject([
      {
        from: 'atelier@example.org',
        to: ['ops@example.org', 'boss@example.org'],
        text: expect.stringContaining('Subject: Test: alerts of Atelier'),
      },
    ]);
  });

  it('never tell their secrets: not in answers, logs, exports or other tables', async () => {
    await everyKind();
    world.http.status = 500;
    await rule({});
    world.lag = 500;
    await after(15);
    const { channels } = await world.alerts.listAlertChannels({}, admin);
    const answers = JSON.stringify([channels, await listed()]);
    expect(channels).toHaveLength(4);
    const rows = await dumpRows(world.opened.database, (row) => !row.startsWith('analytics.alert_channel_secrets '));
    for (const text of planted) {
      expect(answers).not.toContain(text);
      expect(world.lines.join()).not.toContain(text);
      expect(rows.join()).not.toContain(text);
    }
    expect(world.lines.join()).toContain('an alert message was not taken');
  });

  it('keep a secret that is left empty, and take a new one', async () => {
    const channelId = await slack();
    const put = (url: string) =>
      world.alerts.putAlertChannel(
        { channel: AlertChannel.create({ channelId, name: 'b', enabled: true, slack: { url } }) },
        admin,
      );
    await put('');
    await world.alerts.testAlertChannel({ channelId }, admin);
    await put(`${world.http.origin}/other`);
    await world.alerts.testAlertChannel({ channelId }, admin);
    expect(world.http.received.map(({ path }) => path)).toEqual([hookPath, '/other']);
  });

  it('say why a test message was not taken, in words that may be shown', async () => {
    const channelId = await slack();
    world.http.status = 404;
    await expect(world.alerts.testAlertChannel({ channelId }, admin)).resolves.toEqual({
      delivered: false,
      error: 'The receiver answered 404.',
    });
    const wrongPassword = await channel({
      email: {
        host: '127.0.0.1',
        port: world.mail.port,
        security: 'none',
        username: 'atelier',
        password: 'wrong',
        from: 'a@b.example',
        to: ['c@d.example'],
      },
    });
    const refused = await world.alerts.testAlertChannel({ channelId: wrongPassword }, admin);
    expect(refused).toEqual({ delivered: false, error: 'The mail server refused the message (535).' });
  });

  it('get what they did not take again, in order, and not for ever', async () => {
    await slack();
    await rule({});
    world.lag = 500;
    world.http.status = 503;
    await after(15);
    world.lag = 0;
    await after(15);
    world.http.status = 200;
    await after(60);
    await after(15);
    expect(titles()).toEqual(['*Alert: A rule*', '*Alert: A rule*', '*Over: A rule*']);
    world.http.status = 503;
    world.lag = 500;
    for (let round = 0; round < 30; round += 1) await after(4_000);
    expect(world.http.received).toHaveLength(3 + mostAttempts);
    const [newest] = await listed();
    expect(newest?.deliveries).toMatchObject([
      { state: 'failed', attempts: mostAttempts, lastError: 'The receiver answered 503.' },
    ]);
  });

  it('deliver what a process that died had claimed', async () => {
    await slack();
    await rule({});
    world.lag = 500;
    const [first] = world.replicas;
    world.now = new Date(world.now.getTime() + 15_000);
    await first?.evaluation.run();
    // Claimed, and nothing since.
    await sql`update analytics.alert_deliveries set attempts = 1, next_time = ${new Date(world.now.getTime() + 60_000)}`.execute(
      world.opened.database.kysely(),
    );
    await after(15);
    expect(titles()).toEqual([]);
    await after(60);
    expect(titles()).toEqual(['*Alert: A rule*']);
  });
});

describe('bad input', () => {
  it('is refused with the fields that are wrong, and changes nothing', async () => {
    const put = (wanted: Partial<AlertChannel>) =>
      world.alerts.putAlertChannel({ channel: AlertChannel.create({ name: 'x', ...wanted }) }, admin);
    const email = { host: 'h', port: 587, security: 'tls', username: '', password: '', from: 'a@b.c', to: ['d@e.f'] };
    for (const [wrong, field] of [
      [{}, 'kind'],
      [{ name: '', slack: { url: 'https://hooks.example.org/x' } }, 'name'],
      [{ slack: { url: 'http://hooks.example.org/x' } }, 'slack.url'],
      [{ slack: { url: 'https://10.0.0.8/x' } }, 'slack.url'],
      [{ webhook: { url: 'https://hooks.example.org', secret: 'short' } }, 'webhook.secret'],
      [{ telegram: { botToken: '', chatId: '1' } }, 'telegram.bot_token'],
      [{ telegram: { botToken: '1:../../x', chatId: '1' } }, 'telegram.bot_token'],
      [{ email: { ...email, to: [] } }, 'email.to'],
      [{ email: { ...email, from: 'a@b.c\r\nBcc: x@y.z' } }, 'email.from'],
      [{ email: { ...email, port: 22 } }, 'email.port'],
      [{ email: { ...email, security: 'none', username: 'u', password: 'p' } }, 'email.security'],
    ] as const)
      await expect(put(wrong as Partial<AlertChannel>)).rejects.toMatchObject({
        reason: 'ALERT_CHANNEL_INVALID',
        violations: expect.arrayContaining([expect.objectContaining({ field })]),
      });
    for (const [wrong, field] of [
      [{ kind: 'weather' }, 'kind'],
      [{ threshold: 0 }, 'threshold'],
      [{ threshold: Number.NaN }, 'threshold'],
      [{ kind: 'error_rate', threshold: 101, windowS: 60 }, 'threshold'],
      [{ kind: 'error_rate', threshold: 5, windowS: 59 }, 'window_s'],
      [{ windowS: 60 }, 'window_s'],
      [{ remindEveryS: 10 }, 'remind_every_s'],
      [{ channelIds: [uuidv7()] }, 'channel_ids'],
    ] as const)
      await expect(rule(wrong as Partial<AlertRule>)).rejects.toMatchObject({
        reason: 'ALERT_RULE_INVALID',
        violations: expect.arrayContaining([expect.objectContaining({ field })]),
      });
    for (const dayPercentages of [[80, 80], [0], [101], [Number.NaN]])
      await expect(
        world.alerts.putBudgetThresholds(PutBudgetThresholdsRequest.create({ dayPercentages }), admin),
      ).rejects.toMatchObject({ reason: 'ALERT_RULE_INVALID' });
    for (const channelId of ['', 'x', uuidv7()])
      await expect(world.alerts.testAlertChannel({ channelId }, admin)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await world.alerts.listAlertChannels({}, admin)).channels).toEqual([]);
    expect((await world.alerts.listAlertRules({}, admin)).rules).toEqual([]);
  });

  it('from others than administrators is not even looked at', async () => {
    const channelId = uuidv7();
    for (const attempt of [
      () => world.alerts.listAlertChannels({}, nobody),
      () => world.alerts.putAlertChannel({ channel: undefined }, nobody),
      () => world.alerts.deleteAlertChannel({ channelId }, nobody),
      () => world.alerts.testAlertChannel({ channelId }, nobody),
      () => world.alerts.listAlertRules({}, nobody),
      () => world.alerts.putAlertRule({ rule: undefined }, nobody),
      () => world.alerts.deleteAlertRule({ ruleId: channelId }, nobody),
      () => world.alerts.listAlerts(ListAlertsRequest.create({}), nobody),
      () => world.alerts.putBudgetThresholds(PutBudgetThresholdsRequest.create({}), nobody),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
