import { TestEnvironment } from 'jest-environment-jsdom';

const fromNode = [
  'fetch',
  'Request',
  'Response',
  'Headers',
  'ReadableStream',
  'TextDecoder',
  'TextEncoder',
  'structuredClone',
];

/** jsdom with what browsers have and it has not. */
export default class DocumentEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    for (const name of fromNode) this.global[name] ??= globalThis[name];
  }
}
