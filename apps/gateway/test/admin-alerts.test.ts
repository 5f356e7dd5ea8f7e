import {
  Alert,
  AlertChannel,
  AlertRule,
  ListAlertChannelsResponse,
  ListAlertRulesResponse,
  ListAlertsResponse,
  PutAlertChannelResponse,
  PutAlertRuleResponse,
  PutBudgetThresholdsResponse,
} from '@atelier/contracts/analytics/v1';
import { GetBudgetUseResponse } from '@atelier/contracts/generation/v1';
import { AlertChannels, AlertPage, AlertRules } from '../src/admin/admin-alerts.schema.js';
import { Budgets } from '../src/admin/admin-budgets.schema.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => void gateway.services.calls.splice(0));

const base = '/api/v1/admin/alerts';
const budgets = '/api/v1/admin/budgets';
const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const updateTime = new Date('2026-11-21T10:00:00Z');
const call = (method: string, path: string, json?: unknown) => gateway.request(`${base}${path}`, { method, json });
const sent = (method: string) => gateway.services.callsOf(`alerts.${method}`).map(({ request }) => request);
const planted = 'planted-secret-path';

it('lists alerts with what became of their messages', async () => {
  gateway.services.set('alerts', 'listAlerts', () =>
    ListAlertsResponse.create({
      alerts: [
        Alert.create({
          alertId: id,
          ruleId: id,
          ruleName: 'Down',
          kind: 'provider_down',
          subject: 'replicate m',
          value: 75,
          threshold: 60,
          startTime: updateTime,
          deliveries: [{ channelId: id, kind: 'started', state: 'failed', attempts: 8, lastError: 'Gone.' }],
        }),
      ],
      nextPageToken: 'more',
    }),
  );
  const answer = await gateway.request(`${base}?limit=5&open=true`);
  expect(AlertPage.parse(await answer.json())).toMatchObject({
    items: [{ id, ended_at: null, deliveries: [{ status: 'failed', attempts: 8, error: 'Gone.' }] }],
    next_cursor: 'more',
  });
  expect(sent('listAlerts')).toEqual([{ pageSize: 5, pageToken: '', onlyOpen: true }]);
});

it('makes, replaces, lists and deletes rules, with what most people want where they say nothing', async () => {
  gateway.services.set('alerts', 'putAlertRule', ({ rule }) =>
    PutAlertRuleResponse.create({ rule: AlertRule.create({ ...rule, ruleId: id, updateTime }) }),
  );
  gateway.services.set('alerts', 'listAlertRules', () =>
    ListAlertRulesResponse.create({
      rules: [{ ruleId: id, name: 'x', kind: 'error_rate', threshold: 5, updateTime, windowS: 60 }],
    }),
  );
  gateway.services.set('alerts', 'deleteAlertRule', () => ({}));
  const made = await call('POST', '/rules', { name: 'Errors', kind: 'error_rate', threshold: 5 });
  expect(made.status).toBe(201);
  expect(await made.json()).toMatchObject({ id, window_s: 300, enabled: true, most_reminders: 10, channel_ids: [] });
  const replaced = await call('PUT', `/rules/${id}`, {
    name: 'Lag',
    kind: 'consumer_lag',
    threshold: 9,
    enabled: false,
  });
  expect(await replaced.json()).toMatchObject({ window_s: 0, enabled: false });
  expect(sent('putAlertRule')).toMatchObject([{ rule: { ruleId: '' } }, { rule: { ruleId: id, name: 'Lag' } }]);
  expect(AlertRules.parse(await (await call('GET', '/rules')).json()).items).toHaveLength(1);
  expect((await call('DELETE', `/rules/${id}`)).status).toBe(204);
});

it('keeps secrets of channels to itself: in answers, and in the log of acts', async () => {
  gateway.services.set('alerts', 'putAlertChannel', ({ channel }) =>
    // A service that answered everything it was told would still not give it away here.
    PutAlertChannelResponse.create({ channel: AlertChannel.create({ ...channel, channelId: id, updateTime }) }),
  );
  gateway.services.set('alerts', 'listAlertChannels', () =>
    ListAlertChannelsResponse.create({
      channels: [
        { channelId: id, name: 'x', slack: { url: `https://x/${planted}` }, destination: 'https://x', updateTime },
      ],
    }),
  );
  const email = {
    host: 'mail.example',
    port: 587,
    security: 'starttls',
    username: 'u',
    password: planted,
    from: 'a@b.c',
    to: ['d@e.f'],
  };
  const answers = [
    await call('POST', '/channels', { name: 'a', webhook: { url: `https://x/${planted}`, secret: planted } }),
    await call('POST', '/channels', { name: 'b', slack: { url: `https://x/${planted}` } }),
    await call('POST', '/channels', { name: 'c', email }),
    await call('PUT', `/channels/${id}`, { name: 'd', telegram: { bot_token: planted, chat_id: '-1' } }),
    await call('GET', '/channels'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 200, 200]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(texts.join()).not.toContain(planted);
  expect(AlertChannels.parse(JSON.parse(texts[4] ?? '')).items).toMatchObject([
    { kind: 'slack', destination: 'https://x' },
  ]);
  expect(JSON.parse(texts[2] ?? '')).toMatchObject({ kind: 'email', email: { host: 'mail.example', username: 'u' } });
  expect(JSON.stringify(sent('putAlertChannel'))).toContain(planted);
  const audit = await (await gateway.request('/api/v1/admin/audit?limit=100')).text();
  expect(audit).toContain('alerts.channel.make');
  expect(audit).not.toContain(planted);
});

it('sends test messages and says what came of them', async () => {
  gateway.services.set('alerts', 'testAlertChannel', () => ({ delivered: false, error: 'The receiver answered 404.' }));
  const answer = await call('POST', `/channels/${id}/test`);
  expect(await answer.json()).toEqual({ delivered: false, error: 'The receiver answered 404.' });
  gateway.services.set('alerts', 'testAlertChannel', () => {
    throw fakeErrors.THING_NOT_FOUND();
  });
  expect((await call('POST', `/channels/${id}/test`)).status).toBe(404);
  expect((await call('POST', '/channels/x/test')).status).toBe(404);
});

it('shows the budgets, and sets the percentages at which people are told', async () => {
  const rule = (kind: string, threshold: number) =>
    AlertRule.create({ ruleId: id, kind, threshold, isBudgetThreshold: true, updateTime });
  gateway.services.set('budgetAdmin', 'getBudgetUse', () =>
    GetBudgetUseResponse.create({
      dayMicros: 125_000_000,
      dayLimitMicros: 500_000_000,
      userHourLimitMicros: 50_000_000,
      users: [{ userId: 'sarah', hourMicros: 12_500_000 }],
    }),
  );
  gateway.services.set('alerts', 'listAlertRules', () =>
    ListAlertRulesResponse.create({
      rules: [rule('budget_day', 100), rule('budget_day', 80), { ...rule('error_rate', 5), isBudgetThreshold: false }],
    }),
  );
  gateway.services.set('alerts', 'putBudgetThresholds', ({ dayPercentages }) =>
    PutBudgetThresholdsResponse.create({ rules: dayPercentages.map((percent) => rule('budget_day', percent)) }),
  );
  expect(Budgets.parse(await (await gateway.request(budgets)).json())).toEqual({
    day: { limit: 500, used: 125, used_percent: 25 },
    user_hour: { limit: 50, users: [{ user_id: 'sarah', used: 12.5, used_percent: 25 }] },
    thresholds: { day: [80, 100], user_hour: [], channel_ids: [] },
  });
  const set = await gateway.request(budgets, { method: 'PUT', json: { day: [50], user_hour: [90] } });
  expect(await set.json()).toEqual({ day: [50], user_hour: [], channel_ids: [] });
  expect(sent('putBudgetThresholds')).toEqual([{ dayPercentages: [50], userHourPercentages: [90], channelIds: [] }]);
});

it('refuses bad input before anything happens', async () => {
  for (const wrong of [
    {},
    { name: 'x', kind: 'weather', threshold: 1 },
    { name: 'x', kind: 'error_rate', threshold: 0 },
    { name: 'x', kind: 'error_rate', threshold: 1, channel_ids: ['x'] },
    { name: 'x', kind: 'error_rate', threshold: 1, every: 3 },
  ])
    expect((await call('POST', '/rules', wrong)).status).toBe(400);
  for (const wrong of [
    { name: 'x' },
    { name: 'x', slack: {}, webhook: {} },
    { name: 'x', slack: { url: 1 } },
    { name: 'x', slack: {}, url: 'https://x' },
    { name: 'x', email: { host: 'h', port: 0, security: 'tls', from: 'a@b', to: ['c@d'] } },
  ])
    expect((await call('POST', '/channels', wrong)).status).toBe(400);
  for (const wrong of [{}, { day: [0], user_hour: [] }, { day: [101], user_hour: [] }, { day: [5, 5], user_hour: [] }])
    expect((await gateway.request(budgets, { method: 'PUT', json: wrong })).status).toBe(400);
  expect((await call('DELETE', '/rules/x')).status).toBe(404);
  expect(gateway.services.calls).toEqual([]);
});

it('is for administrators only', async () => {
  const maker = await gateway.keyFor('maker', ['generate', 'read']);
  for (const [method, path] of [
    ['GET', base],
    ['GET', `${base}/rules`],
    ['POST', `${base}/rules`],
    ['PUT', `${base}/rules/${id}`],
    ['DELETE', `${base}/rules/${id}`],
    ['GET', `${base}/channels`],
    ['POST', `${base}/channels`],
    ['PUT', `${base}/channels/${id}`],
    ['DELETE', `${base}/channels/${id}`],
    ['POST', `${base}/channels/${id}/test`],
    ['GET', budgets],
    ['PUT', budgets],
  ] as const) {
    expect((await gateway.request(path, { method, as: maker })).status).toBe(403);
    expect((await gateway.request(path, { method, as: null })).status).toBe(401);
  }
  expect(gateway.services.calls).toEqual([]);
});
