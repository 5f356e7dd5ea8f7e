import { faultRuleSchema } from './fault.js';
import { FaultPlan } from './fault-plan.js';

const subject = {
  provider: 'replicate',
  method: 'POST',
  path: '/models/google/veo-2/predictions',
  model: 'google/veo-2',
} as const;

function planOf(...rules: object[]): FaultPlan {
  const plan = new FaultPlan();
  plan.replace(rules.map((rule) => faultRuleSchema.parse(rule)));
  return plan;
}

it('lets a rule strike as often as it says', () => {
  const plan = planOf({ times: 2, fault: { kind: 'fail' } });
  expect([1, 2, 3].map(() => plan.take(subject, ['fail'])?.kind)).toEqual(['fail', 'fail', undefined]);
  expect(plan.pending).toEqual([]);
});

it('leaves rules alone that are not asked for', () => {
  const plan = planOf({ fault: { kind: 'latency', latencyMs: 5 } }, { fault: { kind: 'fail' } });
  expect(plan.take(subject, ['fail', 'policy_refusal'])).toEqual({ kind: 'fail', message: 'CUDA out of memory' });
  expect(plan.pending).toHaveLength(1);
});

it.each([
  [{ provider: 'openai' }, false],
  [{ model: 'google/veo-3' }, false],
  [{ method: 'GET' }, false],
  [{ path: '/models' }, false],
  [{ path: '/models/*' }, true],
  [{ path: '/models/*/predictions', method: 'POST', model: 'google/veo-2' }, true],
  [{ path: '/models/g.*' }, false],
])('a rule that matches %j strikes: %s', (match, strikes) => {
  expect(planOf({ match, fault: { kind: 'fail' } }).take(subject, ['fail']) !== undefined).toBe(strikes);
});
