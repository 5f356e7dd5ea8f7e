import { randomUUID } from 'node:crypto';
import {
  PresetLibraryServiceService,
  type PresetLibraryServiceService as LibraryService,
  PresetsServiceService,
  type PresetsServiceService as PresetsService,
} from '@atelier/contracts/presets/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { type CallContext, createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, type TestDatabase, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { presetsConfig, startPresets } from '../src/index.js';

/** One process of the service. */
export interface RunningLibrary {
  readonly presets: GrpcClient<PresetsService>;
  readonly library: GrpcClient<LibraryService>;
  readonly published: UsageEvent[];
  close(): Promise<void>;
}

/** The service's time; tests move it. */
export const clock = { now: new Date('2026-11-21T12:00:00Z') };

/** A call by somebody, each time under another request id unless one is given. */
export const by = (who: string, requestId: string = randomUUID()): { context: CallContext } => ({
  context: callAs(who === 'root' ? { userId: 'root', scopes: ['admin'] } : who, requestId),
});

let test: TestDatabase;
export let database: Database;
export let service: RunningLibrary;

/** Starts a process; beside the one of each test, as a replica would. */
export async function startLibrary(): Promise<RunningLibrary> {
  const { runtime, published } = testRuntime('presets');
  const config = loadConfig(presetsConfig, {});
  const address = socketAddress();
  const running: RunningService = await startPresets({ config, runtime, address, database, now: () => clock.now });
  const presets = createGrpcClient(PresetsServiceService, { target: running.address });
  const library = createGrpcClient(PresetLibraryServiceService, { target: running.address });
  return {
    presets,
    library,
    published,
    close: async () => {
      presets.close();
      library.close();
      await running.close();
    },
  };
}

/** Gives every test of a file the real service on an empty database, embedded or on a server. */
export function useLibrary(): void {
  beforeAll(async () => {
    test = await openTestDatabase();
    database = test.database;
  }, 60_000);
  beforeEach(async () => {
    clock.now = new Date('2026-11-21T12:00:00Z');
    service = await startLibrary();
  });
  afterEach(async () => {
    await service.close();
    await sql`drop schema presets cascade`.execute(database.kysely());
  });
  afterAll(() => test.close());
}
