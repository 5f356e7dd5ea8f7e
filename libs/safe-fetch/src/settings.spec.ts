import { safeFetchSettings } from './settings.js';

const { ALLOWED_IMAGE_HOSTS: hosts, WEBHOOK_ALLOWED_PRIVATE_ORIGINS: origins } = safeFetchSettings;

it('have defaults that open nothing but the documented host', () => {
  expect(hosts.parse(undefined)).toEqual(['supabase.co']);
  expect(origins.parse(undefined)).toEqual([]);
});

it('are read as what they mean', () => {
  expect(hosts.parse('*')).toBe('*');
  expect(origins.parse('http://127.0.0.1:4010')).toEqual(['127.0.0.1:4010']);
});

it('say what is wrong with them', () => {
  expect(hosts.safeParse('https://not-a-host/').error?.issues).toMatchObject([{ code: 'custom' }]);
  expect(origins.safeParse('127.0.0.1').error?.issues).toMatchObject([{ code: 'custom' }]);
});
