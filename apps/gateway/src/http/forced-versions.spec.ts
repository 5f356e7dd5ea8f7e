import { toPrincipal } from '../identity/principal.js';
import { forcedVersions } from './forced-versions.js';

const operator = toPrincipal({ userId: 'ops', scopes: ['admin'] });
const user = toPrincipal({ userId: 'sarah', scopes: ['read', 'generate'] });
const asked = (value: string, who = operator) => forcedVersions({ 'x-canary': value }, who);

it('passes on what an administrator asks for, equal wishes as equal texts', () => {
  expect(asked('presets=stable , classifier=canary')).toBe('classifier=canary,presets=stable');
  expect(asked('classifier=0.1.0-7.gabc1234')).toBe('classifier=0.1.0-7.gabc1234');
});

it('lets nobody else choose a version', () => {
  expect(asked('classifier=canary', user)).toBeUndefined();
  expect(forcedVersions({ 'x-canary': 'classifier=canary' }, undefined)).toBeUndefined();
  expect(forcedVersions({}, operator)).toBeUndefined();
});

it.each([
  ['no version', 'classifier'],
  ['an empty one', 'classifier='],
  ['a service twice', 'classifier=canary,classifier=stable'],
  ['what Envoy would take for an expression', 'classifier=.*'],
  ['a version longer than a label', `classifier=${'1'.repeat(64)}`],
  ['more services than there are', Array.from({ length: 17 }, (_, at) => `s${'x'.repeat(at)}=1`).join(',')],
])('refuses %s', (_what, value) => {
  expect(() => asked(value)).toThrow(expect.objectContaining({ reason: 'INVALID_REQUEST' }));
});
