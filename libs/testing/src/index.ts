export { callAs, socketAddress, testIdentitySecret, testRuntime, type TestRuntime } from './test-runtime.js';
