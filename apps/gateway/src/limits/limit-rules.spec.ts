import { toPrincipal } from '../identity/principal.js';
import { LimitRules } from './limit-rules.js';

const sarah = toPrincipal({ userId: 'sarah', scopes: ['read'] });
const withKey = (limits?: object) => toPrincipal({ userId: 'sarah', scopes: ['read'], keyId: 'k1' }, limits);
const plan = { method: 'POST', path: '/api/v1/enhanced/process', access: 'generate' } as const;
const administration = { method: 'GET', path: '/api/v1/admin/keys', access: 'admin' } as const;
const everybody = {
  user: { requests_per_minute: 100, requests_per_hour: 1000 },
  key: {},
  endpoint: {},
  global: {},
};
const named = (limits: ReturnType<LimitRules['limitsOf']>) =>
  limits.map(({ scope, window, limit }) => `${scope} ${limit}/${window}`);

describe('limits of a request', () => {
  it('are the user’s alone where nothing else is configured', () => {
    expect(named(new LimitRules(everybody).limitsOf(withKey(), plan))).toEqual(['user 100/minute', 'user 1000/hour']);
  });

  it('are those of all scopes where they are configured, each counted by its own subject', () => {
    const rules = new LimitRules({
      ...everybody,
      key: { requests_per_minute: 50 },
      endpoint: { requests_per_hour: 7 },
      global: { requests_per_minute: 9 },
    });
    const limits = rules.limitsOf(withKey(), plan);
    expect(limits.map(({ key, limit }) => [key, limit])).toEqual([
      ['user:minute:sarah', 100],
      ['user:hour:sarah', 1000],
      ['key:minute:k1', 50],
      ['endpoint:hour:POST /api/v1/enhanced/process', 7],
      ['global:minute:*', 9],
    ]);
    expect(named(rules.limitsOf(sarah, plan))).not.toContain('key 50/minute');
  });

  it('follow the most specific rule for each window', () => {
    const rules = new LimitRules(everybody);
    rules.replace([
      { scope: 'user', subject: '*', requests_per_minute: 60 },
      { scope: 'user', subject: 'sarah', requests_per_hour: 5000 },
      { scope: 'endpoint', subject: '*', requests_per_minute: 8 },
      { scope: 'endpoint', subject: 'POST /api/v1/enhanced/process', requests_per_minute: 80 },
    ]);
    expect(named(rules.limitsOf(sarah, plan))).toEqual(['user 60/minute', 'user 5000/hour', 'endpoint 80/minute']);
    expect(rules.everybody.user).toEqual({ requests_per_minute: 60, requests_per_hour: 1000 });
    rules.replace([]);
    expect(named(rules.limitsOf(sarah, plan))).toEqual(['user 100/minute', 'user 1000/hour']);
  });

  it('of a key stand in the place of what every user has, never of what was set for its user', () => {
    const rules = new LimitRules(everybody);
    const key = withKey({ requests_per_minute: 5000 });
    expect(named(rules.limitsOf(key, plan))).toEqual(['user 1000/hour', 'key 5000/minute']);
    rules.replace([
      { scope: 'user', subject: 'sarah', requests_per_minute: 10 },
      { scope: 'key', subject: 'k1', requests_per_minute: 20 },
    ]);
    expect(named(rules.limitsOf(key, plan))).toEqual(['user 10/minute', 'user 1000/hour', 'key 20/minute']);
  });

  it('for everybody together never keep administrators from their work', () => {
    const rules = new LimitRules({
      ...everybody,
      endpoint: { requests_per_hour: 1 },
      global: { requests_per_hour: 1 },
    });
    expect(named(rules.limitsOf(sarah, administration))).toEqual(['user 100/minute', 'user 1000/hour']);
  });
});
