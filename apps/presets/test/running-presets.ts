import {
  PreferenceServiceService,
  PresetsServiceService,
  PresetVisibility,
  Reference,
  ReferenceServiceService,
  SessionServiceService,
  SuggestionServiceService,
  type Preset,
  type PresetsServiceService as Service,
} from '@atelier/contracts/presets/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { type CallContext, createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import type { Database } from '@atelier/persistence';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { presetsConfig, startPresets } from '../src/index.js';

/** The service's time. */
export const now = new Date('2026-11-21T12:00:00Z');
/** What the service's clock shows; back at `now` with each test. */
export const clock = { time: now };
export const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

const as = (userId: string): { context: CallContext } => ({ context: callAs(userId) });
export const bySarah = as('sarah');
export const byOmar = as('omar');
export const byAdmin = { context: callAs({ userId: 'root', scopes: ['admin'] }) };
export const byService = { context: callAs(systemIdentity('generation')) };

/** A well-formed private preset. */
export const noir: Preset = {
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir, hard shadows',
  negativePrompt: 'colour',
  parameters: { width: 768, height: 1024, guidanceScale: 7.5 },
  visibility: PresetVisibility.PRESET_VISIBILITY_PRIVATE,
  ownerId: '',
  useCount: 0,
  version: 0,
  createTime: undefined,
  updateTime: undefined,
  etag: '',
};
export const shared: Preset = { ...noir, visibility: PresetVisibility.PRESET_VISIBILITY_SHARED };

/** On a host that the service allows. */
export const image = 'https://cdn.example/sarah.png';

export let database: Database;
export let client: GrpcClient<Service>;
export let published: UsageEvent[];
/** The services of what belongs to one user. */
export let preferences: GrpcClient<typeof PreferenceServiceService>;
export let references: GrpcClient<typeof ReferenceServiceService>;
export let sessions: GrpcClient<typeof SessionServiceService>;
export let suggestions: GrpcClient<typeof SuggestionServiceService>;
let running: RunningService;

/** Starts a service; beside the one of each test, as another process would. */
export async function start(env: NodeJS.ProcessEnv = {}): Promise<{
  running: RunningService;
  client: GrpcClient<Service>;
  published: UsageEvent[];
}> {
  const test = testRuntime('presets');
  const config = loadConfig(presetsConfig, { ALLOWED_IMAGE_HOSTS: 'cdn.example', ...env });
  const service = await startPresets({
    config,
    runtime: test.runtime,
    address: socketAddress(),
    database,
    now: () => clock.time,
  });
  const connected = createGrpcClient(PresetsServiceService, { target: service.address });
  return { running: service, client: connected, published: test.published };
}

/** Gives every test of a file the real service on an empty database. */
export function usePresetsService(): void {
  beforeAll(async () => {
    database = (await openTestDatabase()).database;
  }, 60_000);
  beforeEach(async () => {
    clock.time = now;
    ({ running, client, published } = await start());
    const target = { target: running.address };
    preferences = createGrpcClient(PreferenceServiceService, target);
    references = createGrpcClient(ReferenceServiceService, target);
    sessions = createGrpcClient(SessionServiceService, target);
    suggestions = createGrpcClient(SuggestionServiceService, target);
  });
  afterEach(async () => {
    for (const open of [client, preferences, references, sessions, suggestions]) open.close();
    await running.close();
    await sql`drop schema presets cascade`.execute(database.kysely());
  });
  afterAll(() => database.close());
}

export const create = (changes: Partial<Preset> = {}, by = bySarah) =>
  client.createPreset({ preset: { ...noir, ...changes } }, by);
export const list = async (
  query: { owner?: string; category?: string; query?: string },
  by = bySarah,
): Promise<string[]> => {
  const { presets } = await client.listPresets({ owner: '', category: '', query: '', ...query }, by);
  return presets.map(({ presetId }) => presetId);
};

export const put = (
  tag: string,
  by = bySarah,
  more: {
    imageUrl?: string;
    name?: string;
    role?: string;
    thumbnailKey?: string;
    createOnly?: boolean;
    keep?: string[];
  } = {},
) => {
  const { createOnly = false, keep = [], ...reference } = more;
  return client.putReference(
    { reference: Reference.create({ tag, name: tag, imageUrl: image, ...reference }), createOnly, keep },
    by,
  );
};
export const record = (sessionId: string, generationId: string, more: object = {}, by = bySarah, ownerId = '') => {
  const entry = {
    generationId,
    prompt: `prompt of ${generationId}`,
    imageUrl: `${generationId}.png`,
    contentType: 'image/png',
  };
  return client.recordSessionResult({ sessionId, ownerId, entry: { ...entry, createTime: now, ...more } }, by);
};
export const context = (
  what: { tags?: string[]; sessionId?: string; presetId?: string; withPreferences?: boolean },
  by = bySarah,
) => client.resolvePlanContext({ tags: [], sessionId: '', presetId: '', withPreferences: false, ...what }, by);
