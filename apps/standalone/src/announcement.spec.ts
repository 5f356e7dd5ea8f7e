import { announcement } from './announcement.js';

const started = {
  url: 'http://127.0.0.1:3000',
  dataDir: '/data',
  databaseUrl: undefined,
  newAdminKey: undefined,
  adminKeyFile: undefined,
  sandboxed: [],
  milliseconds: 1234,
};

it('names the address, and says that AI answers come from the sandbox only while they do', () => {
  expect(announcement({ ...started, sandboxed: ['replicate'] })).toMatch(
    /http:\/\/127\.0\.0\.1:3000.*sandbox \(replicate\)/s,
  );
  expect(announcement(started)).not.toContain('sandbox');
});

it('shows the admin key only when it was just made, and never the database URL', () => {
  expect(announcement({ ...started, newAdminKey: 'atl_live_abc' })).toContain('atl_live_abc');
  expect(announcement(started)).not.toContain('Admin key');
  expect(announcement({ ...started, adminKeyFile: '/data/admin-key' })).toContain('/data/admin-key');
  expect(announcement({ ...started, databaseUrl: 'postgres://user:hunter2@host/db' })).not.toContain('hunter2');
});
