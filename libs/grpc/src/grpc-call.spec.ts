import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenerationServiceService, WatchGenerationResponse } from '@atelier/contracts/generation/v1';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { createGrpcClient, type GrpcClient, metadataKeys, runInCall } from './index.js';

const address = `unix:${join(mkdtempSync(join(tmpdir(), 'atelier-')), 'calls.sock')}`;
const server = new Server();
let client: GrpcClient<typeof GenerationServiceService>;
let opened = 0;
let seenRequestId: unknown;
let cancelled: Promise<void>;

beforeAll(async () => {
  const { watchGeneration } = GenerationServiceService;
  server.addService(
    { watchGeneration },
    {
      watchGeneration: (call: ServerWritableStream<{ afterSequence: number }, WatchGenerationResponse>) => {
        opened += 1;
        [seenRequestId] = call.metadata.get(metadataKeys.requestId);
        cancelled = new Promise((resolve) => call.on('cancelled', () => resolve()));
        for (let sequence = call.request.afterSequence + 1; sequence <= 3; sequence++)
          call.write(WatchGenerationResponse.create({ sequence }));
        if (call.request.afterSequence < 100) return;
        call.end();
      },
    },
  );
  await new Promise<void>((resolve) => server.bindAsync(address, ServerCredentials.createInsecure(), () => resolve()));
  client = createGrpcClient(GenerationServiceService, { target: address });
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});

it('opens no stream that nobody reads', () => {
  client.watchGeneration({ generationId: 'g', afterSequence: 0 });
  expect(opened).toBe(0);
});

it('cancels a stream when its reader leaves', async () => {
  for await (const { sequence } of client.watchGeneration({ generationId: 'g', afterSequence: 0 }))
    if (sequence === 2) break;
  await cancelled;
});

it('carries the context of whoever made the call, not of whoever reads', async () => {
  const stream = runInCall({ requestId: 'r-7' }, () =>
    client.watchGeneration({ generationId: 'g', afterSequence: 100 }),
  );
  for await (const _ of stream) expect(_).toBeUndefined();
  expect(seenRequestId).toBe('r-7');
});

it('ends with CANCELLED when the caller’s signal fires', async () => {
  const abort = new AbortController();
  const stream = client.watchGeneration({ generationId: 'g', afterSequence: 3 }, { signal: abort.signal });
  const reader = stream[Symbol.asyncIterator]();
  const next = reader.next();
  abort.abort();
  await expect(next).rejects.toMatchObject({ code: 'CANCELLED' });
});
