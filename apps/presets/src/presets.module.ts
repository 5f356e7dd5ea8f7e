import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@atelier/persistence';
import { isHostAllowed } from '@atelier/safe-fetch';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { References } from './domain/references.js';
import { ResolvePlanContext } from './domain/resolve-plan-context.js';
import { Sessions } from './domain/sessions.js';
import { Suggestions } from './domain/suggestions.js';
import { loadBuiltInSuggestions } from './infra/built-in-data.js';
import { CachedSessionRepository } from './infra/cached-session-repository.js';
import type { PresetsTables } from './infra/migrations.js';
import { SqlReferenceRepository } from './infra/sql-reference-repository.js';
import { SqlSessionRepository } from './infra/sql-session-repository.js';
import { presetParts } from './preset-parts.js';
import { PresetLibraryController } from './preset-library.controller.js';
import type { presetsConfig } from './presets.config.js';
import { PresetsController } from './presets.controller.js';

/** What the service works with. */
export interface PresetsDependencies {
  readonly config: ConfigOf<typeof presetsConfig>;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly now: () => Date;
}

/** Composes the service; the only place that names its adapters. */
@Module({})
export class PresetsModule {
  static async register({ config, runtime, database, now }: PresetsDependencies): Promise<DynamicModule> {
    const db = database.kysely<PresetsTables>();
    const hostAllowed = (host: string): boolean => isHostAllowed(host, config.ALLOWED_IMAGE_HOSTS);
    const cachedSessions = new CachedSessionRepository(
      new SqlSessionRepository(db),
      database,
      config.SESSION_CACHE_TTL * 1000,
    );
    await cachedSessions.start();

    const presets = presetParts({ db, runtime, now });
    const references = new References(new SqlReferenceRepository(db), hostAllowed);
    const sessions = new Sessions(cachedSessions, hostAllowed, now);
    const planContext = new ResolvePlanContext(presets.usePreset, references, sessions, (error) =>
      runtime.logger.error({ err: error }, 'references could not be resolved'),
    );
    return {
      module: PresetsModule,
      controllers: [PresetsController, PresetLibraryController],
      providers: [
        ...presets.providers,
        { provide: References, useValue: references },
        { provide: Sessions, useValue: sessions },
        { provide: ResolvePlanContext, useValue: planContext },
        { provide: Suggestions, useValue: new Suggestions(loadBuiltInSuggestions()) },
        { provide: CachedSessionRepository, useValue: cachedSessions },
      ],
    };
  }
}
