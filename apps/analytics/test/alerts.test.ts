import { v7 as uuidv7 } from 'uuid';
import { PutBudgetThresholdsRequest } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { GetBudgetUseResponse } from '@atelier/contracts/generation/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { admin, after, bySystem, listed, nobody, rule, slack, titles, useAlertWorld, world } from './alert-world.js';

useAlertWorld();

describe('alerts over several replicas', () => {
  it('tell people once when they start and once when they end', async () => {
    await slack();
    await rule({ name: 'Analytics lags' });
    await after(15);
    expect(world.http.received).toEqual([]);
    world.lag = 250;
    for (let round = 0; round < 5; round += 1) await after(15);
    expect(titles()).toEqual(['*Alert: Analytics lags*']);
    world.lag = 3;
    for (let round = 0; round < 5; round += 1) await after(15);
    expect(titles()).toEqual(['*Alert: Analytics lags*', '*Over: Analytics lags*']);
    expect(await listed()).toMatchObject([
      {
        ruleName: 'Analytics lags',
        endTime: expect.any(Date),
        deliveries: [{ kind: 'started', state: 'delivered', attempts: 1 }, { kind: 'ended' }],
      },
    ]);
    world.lag = 250;
    await after(15);
    expect(titles()).toHaveLength(3);
  });

  it('remind at most so often as the rule says', async () => {
    await slack();
    await rule({ remindEveryS: 300, mostReminders: 2 });
    world.lag = 100;
    for (let round = 0; round < 40; round += 1) await after(60);
    expect(titles()).toEqual(['*Alert: A rule*', '*Still: A rule*', '*Still: A rule*']);
  });

  it('swing around a threshold without a word until they stayed below it', async () => {
    await slack();
    await rule({ clearAfterS: 60 });
    for (const value of [100, 99, 100, 99, 99, 100]) {
      world.lag = value;
      await after(20);
    }
    expect(titles()).toHaveLength(1);
    world.lag = 0;
    for (let round = 0; round < 4; round += 1) await after(20);
    expect(titles()).toEqual(['*Alert: A rule*', '*Over: A rule*']);
  });

  it('end when their rule is switched off or deleted', async () => {
    await slack();
    const [off, gone] = [await rule({ name: 'Off' }), await rule({ name: 'Gone' })];
    world.lag = 100;
    await after(15);
    await world.alerts.putAlertRule({ rule: { ...off, enabled: false } }, admin);
    await world.alerts.deleteAlertRule({ ruleId: gone.ruleId }, admin);
    await after(15);
    await after(15);
    expect(titles().slice(2).sort()).toEqual(['*Over: Gone*', '*Over: Off*']);
  });
});

describe('rules', () => {
  const event = (what: Parameters<typeof UsageEvent.create>[0]): UsageEvent =>
    UsageEvent.create({ eventId: uuidv7(), occurTime: world.now, userId: 'sarah', service: 'gateway', ...what });
  const ingest = (events: UsageEvent[]) => world.analytics.ingestUsageEvents({ events }, bySystem);
  const calls = (count: number, status: number) =>
    Array.from({ length: count }, () =>
      event({ endpointCalled: { route: '/x', method: 'GET', status, durationUs: 1 } }),
    );

  it('about rates look back over their window, and say nothing of a few cases', async () => {
    await slack();
    await rule({ name: 'Errors', kind: 'error_rate', threshold: 10, windowS: 300, leastCount: 20 });
    await ingest([...calls(1, 500), ...calls(9, 200)]);
    await after(15);
    expect(titles()).toEqual([]);
    const more = [...calls(1, 503), ...calls(9, 404)];
    await ingest(more);
    // Events that come again count once.
    await ingest(more);
    await after(15);
    expect(titles()).toEqual(['*Alert: Errors*']);
    expect(await listed()).toMatchObject([{ value: 10 }]);
    await after(600);
    await after(15);
    expect(titles()).toEqual(['*Alert: Errors*', '*Over: Errors*']);
  });

  it('about fallbacks and failed calls of providers count what they are about', async () => {
    await slack();
    await rule({ name: 'Fallbacks', kind: 'fallback_rate', threshold: 50, windowS: 60 });
    await rule({ name: 'Calls', kind: 'provider_error_rate', threshold: 50, windowS: 60 });
    const workflow = Workflow.WORKFLOW_IMAGE_GENERATION;
    await ingest([
      event({ planCompleted: { workflow, source: 'local' } }),
      event({ planCompleted: { workflow, fallbackUsed: true } }),
      event({ providerCalled: { provider: 'good', modelId: 'm', outcome: 'content_policy' } }),
      event({ providerCalled: { provider: 'bad', modelId: 'm', outcome: 'unavailable' } }),
    ]);
    await after(15);
    expect(titles().sort()).toEqual(['*Alert: Calls (bad)*', '*Alert: Fallbacks*']);
  });

  it('about providers follow their circuits, whatever the order in which the news comes', async () => {
    await slack();
    await rule({ name: 'Down', kind: 'provider_down', threshold: 60 });
    const circuit = (state: string) => event({ circuitChanged: { provider: 'p', modelId: 'm', state } });
    const opening = circuit('open');
    world.now = new Date(world.now.getTime() + 10_000);
    const trial = circuit('half_open');
    await ingest([trial]);
    await ingest([opening]);
    await after(15);
    expect(titles()).toEqual([]);
    await after(60);
    expect(titles()).toEqual(['*Alert: Down (p m)*']);
    await ingest([event({ providerCalled: { provider: 'p', modelId: 'm', outcome: 'ok' } })]);
    await after(15);
    expect(titles().at(-1)).toBe('*Over: Down (p m)*');
  });

  it('about spools look at the processes that reported lately', async () => {
    await slack();
    await rule({ name: 'Spool', kind: 'spool_growing', threshold: 1_000 });
    const report = (instance: string, events: number) =>
      world.alerts.reportSpool({ service: 'generation', instance, events, bytes: 1 }, bySystem);
    await report('a', 600);
    await after(15);
    expect(titles()).toEqual([]);
    await report('b', 600);
    await after(15);
    expect(titles()).toEqual(['*Alert: Spool (generation)*']);
    await after(400);
    expect(titles().at(-1)).toBe('*Over: Spool (generation)*');
    await expect(
      world.alerts.reportSpool({ service: 'x', instance: 'y', events: 1, bytes: 1 }, nobody),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('about budgets come from the ledger, and stay as they are while it can not be asked', async () => {
    await slack();
    const wanted = PutBudgetThresholdsRequest.create({ dayPercentages: [80, 100], userHourPercentages: [90] });
    const { rules } = await world.alerts.putBudgetThresholds(wanted, admin);
    expect(rules).toHaveLength(3);
    world.budgets = GetBudgetUseResponse.create({
      dayMicros: 85,
      dayLimitMicros: 100,
      userHourLimitMicros: 10,
      users: [{ userId: 'ann', hourMicros: 9 }],
    });
    await after(15);
    const told = ['*Alert: A user’s budget of the hour at 90 % (ann)*', '*Alert: Budget of the day at 80 %*'];
    expect(titles().sort()).toEqual(told);
    world.budgets = new Error('the generation service is away');
    await after(15);
    await after(15);
    expect(titles()).toHaveLength(2);
    // The same thresholds again keep their world.alerts.
    await world.alerts.putBudgetThresholds(wanted, admin);
    world.budgets = GetBudgetUseResponse.create({ dayMicros: 99, dayLimitMicros: 100, userHourLimitMicros: 10 });
    await after(15);
    await after(15);
    expect(titles()).toHaveLength(3);
    const own = rules[0]?.ruleId ?? '';
    await expect(world.alerts.deleteAlertRule({ ruleId: own }, admin)).rejects.toMatchObject({
      reason: 'ALERT_RULE_OF_BUDGETS',
    });
  });
});
