import { createServiceRuntime } from './service-runtime.js';

it('gives background work for a user the bucket of that user, and its own work none', async () => {
  const runtime = createServiceRuntime({
    name: 'probe',
    version: '1',
    logLevel: 'silent',
    identitySecret: 'test-identity-secret-of-32-characters',
    analyticsUrl: '127.0.0.1:9',
  });
  try {
    expect(runtime.backgroundContext({ userId: 'sarah', scopes: ['read'] }).canaryBucket).toBe('57');
    expect(runtime.backgroundContext().canaryBucket).toBeUndefined();
  } finally {
    await runtime.close();
  }
});
