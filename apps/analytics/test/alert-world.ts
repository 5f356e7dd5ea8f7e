import {
  AlertChannel,
  AlertRule,
  AlertServiceService,
  AnalyticsServiceService,
  ListAlertsRequest,
} from '@atelier/contracts/analytics/v1';
import { GetBudgetUseResponse } from '@atelier/contracts/generation/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { createLogger, loadConfig, type RunningService, type ServiceRuntime } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime, type TestDatabase } from '@atelier/testing';
import { sql } from 'kysely';
import { alertParts } from '../src/alert-parts.js';
import { analyticsConfig, startAnalytics } from '../src/index.js';
import { type HttpReceiver, type MailReceiver, startHttpReceiver, startMailReceiver } from './alert-receivers.js';

export const admin = { context: callAs({ userId: 'root', scopes: ['admin'] }) };
export const bySystem = { context: callAs(systemIdentity('gateway')) };
export const nobody = { context: callAs('sarah') };
export const password = 'planted-mail-password';
export const botToken = '123456:planted-bot-token-of-some-length';
export const hookPath = '/services/planted-slack-path';
export const secret = `whsec_${Buffer.from('planted signing secret of 32 by.').toString('base64')}`;
export const planted = [password, botToken, hookPath, secret];

/** What tests change and look at. */
interface AlertWorld {
  http: HttpReceiver;
  mail: MailReceiver;
  opened: TestDatabase;
  running: RunningService;
  alerts: GrpcClient<AlertServiceService>;
  analytics: GrpcClient<AnalyticsServiceService>;
  now: Date;
  lag: number | undefined;
  budgets: GetBudgetUseResponse | Error;
  lines: string[];
  replicas: ReturnType<typeof alertParts>[];
}

/** Filled before each test. */
export const world = {} as AlertWorld;

/** Gives every test of a file an empty world over the file's one database. */
export function useAlertWorld(): void {
  beforeAll(async () => {
    world.opened = await openTestDatabase();
  }, 60_000);
  afterAll(() => world.opened.close());
  beforeEach(async () => {
    world.now = new Date('2026-11-21T12:30:00Z');
    world.lag = undefined;
    world.budgets = GetBudgetUseResponse.create({ dayLimitMicros: 100, userHourLimitMicros: 10 });
    world.lines = [];
    [world.http, world.mail] = await Promise.all([startHttpReceiver(), startMailReceiver('atelier', password)]);
    const config = loadConfig(analyticsConfig, {
      ALERT_EVALUATION_INTERVAL: '0',
      ALERT_ALLOWED_PRIVATE_HOSTS: `${world.http.host} 127.0.0.1:${world.mail.port}`,
      TELEGRAM_API_URL: `${world.http.origin}/`,
    });
    const logger = createLogger(
      { service: 'analytics', version: 'test', level: 'debug' },
      { write: (line) => void world.lines.push(line) },
    );
    const { runtime } = testRuntime('analytics');
    const client = () => ({
      getBudgetUse: async () => {
        if (world.budgets instanceof Error) throw world.budgets;
        return world.budgets;
      },
    });
    const surroundings = { ...runtime, logger, client } as unknown as ServiceRuntime;
    const { database } = world.opened;
    world.running = await startAnalytics({
      config,
      runtime: surroundings,
      address: socketAddress(),
      database,
      now: () => world.now,
    });
    world.alerts = createGrpcClient(AlertServiceService, { target: world.running.address });
    world.analytics = createGrpcClient(AnalyticsServiceService, { target: world.running.address });
    const part = () =>
      alertParts({
        config: { ...config, ALERT_EVALUATION_INTERVAL: 15 },
        runtime: surroundings,
        database,
        now: () => world.now,
        lag: () => world.lag,
      });
    world.replicas = [part(), part(), part()];
    // Each test has rules of its own.
    await sql`
      truncate analytics.alert_rules, analytics.alerts, analytics.alert_channels, analytics.spools, analytics.circuits,
        analytics.signal_minutes cascade`.execute(database.kysely());
    await sql`update analytics.alert_turn set last_time = 'epoch'`.execute(database.kysely());
  }, 60_000);
  afterEach(async () => {
    world.alerts.close();
    world.analytics.close();
    await world.running.close();
    await Promise.all([world.http.close(), world.mail.close()]);
  });
}

/** Every replica at the same moment, after so many seconds. */
export const after = async (seconds: number): Promise<void> => {
  world.now = new Date(world.now.getTime() + seconds * 1_000);
  await Promise.all(world.replicas.map(({ clock }) => clock.run()));
  await Promise.all(world.replicas.map(({ clock }) => clock.run()));
};
export const channel = async (settings: Partial<AlertChannel>): Promise<string> => {
  const wanted = AlertChannel.create({ name: 'ops', enabled: true, ...settings });
  return (await world.alerts.putAlertChannel({ channel: wanted }, admin)).channel?.channelId ?? '';
};
export const slack = () => channel({ name: 'slack', slack: { url: `${world.http.origin}${hookPath}` } });
export const rule = async (settings: Partial<AlertRule>): Promise<AlertRule> => {
  const wanted = AlertRule.create({ name: 'A rule', enabled: true, kind: 'consumer_lag', threshold: 100, ...settings });
  return AlertRule.create((await world.alerts.putAlertRule({ rule: wanted }, admin)).rule);
};
export const titles = () =>
  world.http.received.map(({ body }) => (JSON.parse(body) as { text: string }).text.split('\n')[0]);
export const listed = async () => (await world.alerts.listAlerts(ListAlertsRequest.create({}), admin)).alerts;
