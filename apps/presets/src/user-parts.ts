import type { Provider } from '@nestjs/common';
import { loadCatalogue } from '@atelier/model-catalog';
import type { Database } from '@atelier/persistence';
import type { RedisLink } from '@atelier/redis';
import { isHostAllowed } from '@atelier/safe-fetch';
import type { ConfigOf } from '@atelier/service-defaults';
import { References } from './domain/references.js';
import { Sessions } from './domain/sessions.js';
import { UserPreferences } from './domain/user-preferences.js';
import { databaseNowMs } from './infra/announce-change.js';
import { CachedSessionRepository } from './infra/cached-session-repository.js';
import { catalogueChoices } from './infra/catalogue-choices.js';
import { SqlPreferenceRepository } from './infra/sql-preference-repository.js';
import { SqlReferenceRepository } from './infra/sql-reference-repository.js';
import { SqlSessionRepository } from './infra/sql-session-repository.js';
import type { UserTables } from './infra/user-tables.js';
import type { presetsConfig } from './presets.config.js';

/** What belongs to each user alone. */
export interface UserParts {
  readonly references: References;
  readonly sessions: Sessions;
  readonly preferences: UserPreferences;
  readonly providers: Provider[];
}

/** Composes it and begins to hear of changes. */
export async function userParts(surroundings: {
  readonly config: ConfigOf<typeof presetsConfig>;
  readonly database: Database;
  readonly redis: RedisLink | undefined;
  readonly now: () => Date;
  /** Told after each change of somebody's preferences. */
  readonly preferencesChanged: (ownerId: string) => void;
}): Promise<UserParts> {
  const { config, database, redis, now, preferencesChanged } = surroundings;
  const db = database.kysely<UserTables>();
  const isAllowed = (host: string): boolean => isHostAllowed(host, config.ALLOWED_IMAGE_HOSTS);
  const cachedSessions = new CachedSessionRepository(new SqlSessionRepository(db), {
    announcements: database,
    databaseNowMs: () => databaseNowMs(db),
    ttlMs: config.SESSION_CACHE_TTL * 1000,
    redis,
  });
  await cachedSessions.start();
  const references = new References(new SqlReferenceRepository(db), isAllowed);
  const sessions = new Sessions(cachedSessions, isAllowed, now);
  const choices = catalogueChoices(loadCatalogue(), now);
  const preferences = new UserPreferences(new SqlPreferenceRepository(db), choices, now, preferencesChanged);
  return {
    references,
    sessions,
    preferences,
    providers: [
      { provide: References, useValue: references },
      { provide: Sessions, useValue: sessions },
      { provide: UserPreferences, useValue: preferences },
      { provide: CachedSessionRepository, useValue: cachedSessions },
    ],
  };
}
