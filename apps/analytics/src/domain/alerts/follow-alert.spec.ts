import fc from 'fast-check';
import { type AlertNews, followAlert, type FollowedRule, type OpenAlert, startAlert } from './follow-alert.js';

const start = new Date('2026-11-21T12:00:00Z').getTime();

/** What is told about one subject, looked at every 15 seconds. */
function newsOf(rule: FollowedRule, values: readonly (number | undefined)[]): AlertNews[] {
  const told: AlertNews[] = [];
  let open: OpenAlert | undefined;
  values.forEach((value, index) => {
    const now = new Date(start + index * 15_000);
    const step = open
      ? followAlert(open, rule, value, now)
      : value === undefined
        ? undefined
        : startAlert(rule, { subject: '', value }, now, () => String(index));
    if (step?.news) told.push(step.news);
    open = step && step.news !== 'ended' ? step.alert : undefined;
  });
  return told;
}

const rules = fc.record({
  ruleId: fc.constant('rule'),
  threshold: fc.integer({ min: 1, max: 10 }),
  enabled: fc.constant(true),
  remindEveryS: fc.constantFrom(0, 300, 600),
  mostReminders: fc.integer({ min: 0, max: 3 }),
  clearAfterS: fc.constantFrom(0, 30, 120),
});
const readings = fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }), { maxLength: 300 });

it('tells starts and ends in turn, and no more reminders of one alert than the rule allows', () => {
  fc.assert(
    fc.property(rules, readings, (rule, values) => {
      const alerts = newsOf(rule, values).join(' ').split('started');
      expect(alerts[0]).toBe('');
      for (const [index, rest] of alerts.slice(1).entries()) {
        const words = rest.trim().split(' ').filter(Boolean);
        expect(words.filter((word) => word === 'reminder').length).toBeLessThanOrEqual(rule.mostReminders);
        expect(words.indexOf('ended')).toBe(index < alerts.length - 2 ? words.length - 1 : words.indexOf('ended'));
        expect(words.filter((word) => word === 'ended').length).toBeLessThanOrEqual(1);
      }
    }),
  );
});

it('never starts below the threshold, and always at it', () => {
  fc.assert(
    fc.property(rules, fc.integer({ min: 0, max: 20 }), (rule, value) => {
      expect(newsOf(rule, [value])).toEqual(value >= rule.threshold ? ['started'] : []);
    }),
  );
});

it('says nothing about a rule that is off', () => {
  fc.assert(fc.property(rules, readings, (rule, values) => newsOf({ ...rule, enabled: false }, values).length === 0));
});
