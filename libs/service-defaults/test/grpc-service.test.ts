import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Module } from '@nestjs/common';
import { Client, credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import {
  AnalyticsServiceControllerMethods,
  AnalyticsServiceService,
  GetSystemStatsResponse,
  GetUsageStatsResponse,
} from '@atelier/contracts/analytics/v1';
import { GenerationServiceService } from '@atelier/contracts/generation/v1';
import { defineErrors, ServiceError } from '@atelier/errors';
import { type CallContext, createGrpcClient, currentCall, type GrpcClient } from '@atelier/grpc';
import { IdentityTokens } from '@atelier/identity';
import { service as healthService } from 'grpc-health-check';
import { createLogger, startGrpcService, type RunningService } from '../src/index.js';

const testIdentitySecret = 'test-identity-secret-of-32-characters';
const socketAddress = (): string => `unix:${join(mkdtempSync(join(tmpdir(), 'atelier-')), 'probe.sock')}`;

function callAs(userId: string, requestId = 'r-1'): CallContext {
  const identity = { userId, scopes: ['read'] } as const;
  return { requestId, identity, identityToken: new IdentityTokens(testIdentitySecret).sign(identity, requestId) };
}

const errors = defineErrors('test', {
  TEAPOT: { code: 'FAILED_PRECONDITION', title: 'Teapot', message: 'I am a teapot.', remedy: 'Use a pot.' },
});

let seen: CallContext | undefined;
let release: () => void = () => {};
let cancelled: Promise<void> | undefined;

@Controller()
@AnalyticsServiceControllerMethods()
class ProbeController {
  ingestUsageEvents(): never {
    throw new Error('planted secret in an unexpected error');
  }
  getSystemStats() {
    seen = currentCall();
    return GetSystemStatsResponse.create({ totalJobs: currentCall()?.identity?.userId === 'sarah' ? 1 : 0 });
  }
  async getUsageStats() {
    const signal = currentCall()?.signal;
    cancelled = new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
    await new Promise<void>((resolve) => (release = resolve));
    return GetUsageStatsResponse.create({ totalImagesGenerated: 7 });
  }
  getEndpointStats(): never {
    throw errors.TEAPOT({ violations: [{ field: 'pot', message: 'is tea' }], retryAfterMs: 1500 });
  }
  getClassificationStats(): never {
    throw errors.TEAPOT();
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let lines: string[];
async function start(address = socketAddress()): Promise<RunningService> {
  lines = [];
  return startGrpcService({
    name: 'probe',
    version: '1',
    address,
    packageName: 'atelier.analytics.v1',
    services: { 'atelier.analytics.v1.AnalyticsService': AnalyticsServiceService },
    module: { module: ProbeModule },
    identitySecret: testIdentitySecret,
    logger: createLogger(
      { service: 'probe', version: '1', level: 'info' },
      { write: (line: string) => void lines.push(line) },
    ),
  });
}

describe('a running service', () => {
  let running: RunningService;
  let client: GrpcClient<AnalyticsServiceService>;
  beforeEach(async () => {
    running = await start();
    client = createGrpcClient(AnalyticsServiceService, { target: running.address });
  });
  afterEach(async () => {
    release();
    client.close();
    await running.close(100);
  });

  it('tells its version with every answer: results, refusals, mistakes and health', async () => {
    const told: string[] = [];
    const onVersion = (version: string): void => void told.push(version);
    const context = callAs('sarah');
    await client.getSystemStats({}, { context, onVersion });
    await client.getEndpointStats({ windowHours: 1 } as never, { context, onVersion }).catch(() => undefined);
    await client.getSystemStats({}, { context: { requestId: 'nobody' }, onVersion }).catch(() => undefined);
    const health = createGrpcClient(healthService, { target: running.address }) as unknown as {
      Check: (request: object, options: object) => Promise<unknown>;
      close(): void;
    };
    await health.Check({ service: '' }, { onVersion });
    health.close();
    expect(told).toEqual(['1', '1', '1', '1']);
  });

  it('hands on who calls, for whom and which versions were asked for', async () => {
    const context = { ...callAs('sarah'), canaryBucket: '57', canary: 'probe=canary' };
    await client.getSystemStats({}, { context });
    expect(seen).toMatchObject({ requestId: 'r-1', canaryBucket: '57', canary: 'probe=canary' });
  });

  it('lets a handler see the caller that the token names', async () => {
    await expect(client.getSystemStats({}, { context: callAs('sarah') })).resolves.toMatchObject({ totalJobs: 1 });
    await expect(client.getSystemStats({}, { context: callAs('mallory') })).resolves.toMatchObject({ totalJobs: 0 });
  });

  it('refuses a call without a token, and one signed by somebody else', async () => {
    const forged = { ...callAs('sarah'), identityToken: `${callAs('sarah').identityToken}x` };
    for (const context of [{ requestId: 'r' }, forged]) {
      await expect(client.getSystemStats({}, { context })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        reason: 'IDENTITY_REQUIRED',
      });
    }
  });

  it('carries a catalogue error with its details to the caller', async () => {
    const error = await client.getEndpointStats({}, { context: callAs('sarah') }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'TEAPOT',
      retryAfterMs: 1500,
      violations: [{ field: 'pot', message: 'is tea' }],
    });
  });

  it('hides an unexpected error from the caller and logs its cause with the request id', async () => {
    const error = (await client
      .ingestUsageEvents({ events: [] }, { context: callAs('sarah', 'r-9') })
      .catch((thrown: unknown) => thrown)) as ServiceError;
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
    expect(error.message).not.toContain('planted');
    expect(lines.find((line) => line.includes('planted secret'))).toContain('"request_id":"r-9"');
  });

  it('answers DEADLINE_EXCEEDED without addresses and tells the handler that nobody waits', async () => {
    const error = (await client
      .getUsageStats({}, { context: callAs('sarah'), timeoutMs: 30 })
      .catch((thrown: unknown) => thrown)) as ServiceError;
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(error.message).not.toContain('.sock');
    await cancelled;
  });

  it('cancels the call when the caller aborts', async () => {
    const abort = new AbortController();
    const answer = client.getUsageStats({}, { context: callAs('sarah'), signal: abort.signal });
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('reports SERVING by gRPC health and lists its service by reflection', async () => {
    const Health = makeGenericClientConstructor(healthService as never, 'health');
    const health = new Health(running.address, credentials.createInsecure());
    const status = await new Promise((resolve, reject) =>
      health['check']?.(
        { service: 'atelier.analytics.v1.AnalyticsService' },
        (error: Error | null, answer: { status: string }) => (error ? reject(error) : resolve(answer.status)),
      ),
    );
    health.close();
    expect(status).toBe('SERVING');

    const raw = new Client(running.address, credentials.createInsecure());
    const stream = raw.makeBidiStreamRequest(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      (value: Buffer) => value,
      (value: Buffer) => value,
    );
    const answer = new Promise<Buffer>((resolve, reject) => stream.once('data', resolve).once('error', reject));
    stream.write(Buffer.from([0x3a, 0x00]));
    expect((await answer).toString()).toContain('atelier.analytics.v1.AnalyticsService');
    stream.end();
    raw.close();
  });
});

it('lets a running call end before it stops, and refuses new ones', async () => {
  const running = await start();
  const client = createGrpcClient(AnalyticsServiceService, { target: running.address });
  const answer = client.getUsageStats({}, { context: callAs('sarah') });
  await client.getSystemStats({}, { context: callAs('sarah') });
  const closing = running.close(5_000);
  release();
  await expect(answer).resolves.toMatchObject({ totalImagesGenerated: 7 });
  await closing;
  await expect(client.getSystemStats({}, { context: callAs('sarah'), timeoutMs: 500 })).rejects.toMatchObject({
    code: expect.stringMatching(/UNAVAILABLE|DEADLINE/),
  });
  client.close();
});

it('takes over the socket that a crash left behind', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'atelier-')), 'dead.sock');
  const { spawnSync } = await import('node:child_process');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  const running = await start(`unix:${path}`);
  expect(running.isServing()).toBe(true);
  await running.close();
});

it('does not remove the socket of a living process', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'atelier-')), 'live.sock');
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(path, resolve));
  await expect(start(`unix:${path}`)).rejects.toThrow();
  await new Promise((resolve) => other.close(resolve));
});

it('answers UNIMPLEMENTED for a service it does not serve', async () => {
  const running = await start();
  const client = createGrpcClient(GenerationServiceService, { target: running.address });
  await expect(client.listProviders({}, { context: callAs('sarah') })).rejects.toBeInstanceOf(ServiceError);
  client.close();
  await running.close();
});
