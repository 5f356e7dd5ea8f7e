import { randomUUID } from 'node:crypto';
import {
  Preset,
  PresetLibraryServiceService,
  type PresetLibraryServiceService as LibraryService,
  PresetsServiceService,
  type PresetsServiceService as PresetsService,
  PresetVisibility,
  RecordPresetUsesRequest,
} from '@atelier/contracts/presets/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { type CallContext, createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
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

/** A well-formed private preset. */
export const noir = Preset.create({
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir',
  parameters: { steps: 20 },
});
export const shared = PresetVisibility.PRESET_VISIBILITY_SHARED;
/** The gateway in its own name. */
export const byGateway = { context: callAs(systemIdentity('gateway')) };

/** Creates it, with changes. */
export const create = async (changes: Partial<Preset> = {}, who = 'sarah'): Promise<Preset> => {
  const { preset } = await service.presets.createPreset({ preset: { ...noir, ...changes } }, by(who));
  return Preset.create(preset);
};
/** Replaces it, with changes. */
export const update = async (changes: Partial<Preset> = {}, ifMatch: string[] = [], who = 'sarah'): Promise<Preset> => {
  const { preset } = await service.presets.updatePreset({ preset: { ...noir, ...changes }, ifMatch }, by(who));
  return Preset.create(preset);
};
/** Reads one. */
export const read = async (presetId = 'noir', who = 'sarah'): Promise<Preset> => {
  const { preset } = await service.presets.getPreset({ presetId }, by(who));
  return Preset.create(preset);
};
/** A page of versions, with their numbers. */
export const versions = async (who = 'sarah', presetId = 'noir', pageSize = 0, pageToken = '') => {
  const page = await service.library.listPresetVersions({ presetId, pageSize, pageToken }, by(who));
  return { ...page, numbers: page.versions.map(({ version }) => version) };
};
/** The share link of one. */
export const share = (who = 'sarah', presetId = 'noir') => service.library.sharePreset({ presetId }, by(who));
/** Applies one. */
export const apply = (presetId: string, who = 'sarah', requestId?: string) =>
  service.presets.applyPreset({ presetId, userPrompt: 'a cat' }, by(who, requestId));
/** Ids and uses of what is popular. */
export const popular = async (who = 'sarah', query: { category?: string; limit?: number; days?: number } = {}) => {
  const { presets } = await service.library.listPopularPresets({ category: '', limit: 0, days: 0, ...query }, by(who));
  return presets.map(({ preset, uses }) => [preset?.presetId, uses]);
};
/** Tells of a generation with a preset, as the gateway does. */
export const generated = (generationId: string, presetId = 'noir', more: object = {}) =>
  service.library.recordPresetUses(
    RecordPresetUsesRequest.create({
      uses: [{ generationId, presetId, version: 1, assignment: undefined, userId: 'omar', requestId: 'r', ...more }],
    }),
    byGateway,
  );
/** Compares versions 1 and 2. */
export const experiment = (settings: object = {}, who = 'sarah', presetId = 'noir') =>
  service.library.putPresetExperiment({ presetId, versionA: 1, versionB: 2, share: 0.5, ...settings }, by(who));
