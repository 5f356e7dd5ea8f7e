import { type DynamicModule, Module } from '@nestjs/common';
import type { Database } from '@atelier/persistence';
import { PersonalData, PrivacyController, SqlPersonalData } from '@atelier/privacy';
import { openRedis, RedisLink } from '@atelier/redis';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { ResolvePlanContext } from './domain/resolve-plan-context.js';
import type { PresetsTables } from './infra/migrations.js';
import { personalTables } from './infra/privacy/personal-tables.js';
import { presetParts } from './preset-parts.js';
import { PreferenceController } from './preference.controller.js';
import { PresetLibraryController } from './preset-library.controller.js';
import type { presetsConfig } from './presets.config.js';
import { PresetsController } from './presets.controller.js';
import { ReferenceController } from './reference.controller.js';
import { SessionController } from './session.controller.js';
import { SuggestionController } from './suggestion.controller.js';
import { suggestionParts } from './suggestion-parts.js';
import { userParts } from './user-parts.js';

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
    const presets = presetParts({ db, runtime, now });
    // Last of what can be refused: nothing that is open may be left behind.
    const redis = await openRedis(config, { name: 'atelier-presets', logger: runtime.logger });
    const suggestions = await suggestionParts({ database, runtime, now });
    const preferencesChanged = (ownerId: string): void => suggestions.histories.forget(ownerId);
    const user = await userParts({ config, database, redis, now, preferencesChanged });
    const planContext = new ResolvePlanContext(
      presets.usePreset,
      user.references,
      user.sessions,
      user.preferences,
      (error) => runtime.logger.error({ err: error }, 'references could not be resolved'),
    );
    return {
      module: PresetsModule,
      controllers: [
        PresetsController,
        PresetLibraryController,
        PreferenceController,
        PrivacyController,
        ReferenceController,
        SessionController,
        SuggestionController,
      ],
      providers: [
        ...presets.providers,
        ...user.providers,
        { provide: PersonalData, useValue: new SqlPersonalData(database.kysely(), personalTables) },
        { provide: ResolvePlanContext, useValue: planContext },
        ...suggestions.providers,
        ...(redis ? [{ provide: RedisLink, useValue: { onApplicationShutdown: () => redis.close() } }] : []),
      ],
    };
  }
}
