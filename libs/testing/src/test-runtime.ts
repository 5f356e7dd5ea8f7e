import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { createUsageEvent, type UsageEventOrigin, type UsagePayload } from '@atelier/events';
import { type CallContext, createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { type Identity, IdentityTokens } from '@atelier/identity';
import { createLogger, type ServiceRuntime } from '@atelier/service-defaults';

/** Secret that tests sign identities with. */
export const testIdentitySecret = 'test-identity-secret-of-32-characters';

/** A service runtime whose usage events are collected instead of delivered. */
export interface TestRuntime {
  readonly runtime: ServiceRuntime;
  readonly published: UsageEvent[];
}

/** A fresh unix-socket address. */
export function socketAddress(name = 'service'): string {
  return `unix:${join(mkdtempSync(join(tmpdir(), 'atelier-')), `${name}.sock`)}`;
}

/** Context of a call by `userId`, as the gateway would make it. */
export function callAs(identity: Identity | string, requestId = 'test-request'): CallContext {
  const who: Identity = typeof identity === 'string' ? { userId: identity, scopes: ['read', 'generate'] } : identity;
  return { requestId, identity: who, identityToken: new IdentityTokens(testIdentitySecret).sign(who, requestId) };
}

/** Runtime for a service under test; its log is silent and it reaches no analytics service. */
export function testRuntime(name: string): TestRuntime {
  const published: UsageEvent[] = [];
  const publisher = { service: name, version: 'test' };
  const runtime: ServiceRuntime = {
    name,
    version: 'test',
    logger: createLogger({ service: name, version: 'test', level: 'silent' }),
    identitySecret: testIdentitySecret,
    events: {
      publish: (payload: UsagePayload, origin?: UsageEventOrigin) =>
        void published.push(createUsageEvent(publisher, payload, origin)),
      size: 0,
      close: async () => {},
    } as unknown as ServiceRuntime['events'],
    usageSink: { send: async (events) => void published.push(...events) },
    backgroundContext: (identity = { userId: `system:${name}`, scopes: ['admin', 'act_as'] }) => callAs(identity),
    client: <Definition extends object>(
      definition: Definition,
      _packageName: string,
      target: string,
    ): GrpcClient<Definition> => createGrpcClient(definition, { target }),
    close: async () => {},
  };
  return { runtime, published };
}
