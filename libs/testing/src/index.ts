export { dumpRows, personalColumns, placesOf } from './personal-columns.js';
export { hasRedisServer, sharedRedisUrl, startRedisServer, type TestRedisServer } from './redis-server.js';
export { openTestDatabase, type TestDatabase } from './test-database.js';
export { callAs, socketAddress, testIdentitySecret, testRuntime, type TestRuntime } from './test-runtime.js';
