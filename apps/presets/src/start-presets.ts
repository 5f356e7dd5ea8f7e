import {
  PreferenceServiceService,
  PresetLibraryServiceService,
  PresetsServiceService,
  ReferenceServiceService,
  SessionServiceService,
  SuggestionServiceService,
} from '@atelier/contracts/presets/v1';
import { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { type Database, migrate } from '@atelier/persistence';
import { startGrpcService, type RunningService, type ServiceStart } from '@atelier/service-defaults';
import { migrations, presetsSchema } from './infra/migrations.js';
import type { presetsConfig } from './presets.config.js';
import { PresetsModule } from './presets.module.js';

/** What the presets service is started with. The database stays open when the service stops: it belongs to the caller. */
export interface PresetsStart extends ServiceStart<typeof presetsConfig> {
  readonly database: Database;
  /** Clock, for tests. */
  readonly now?: () => Date;
}

/** Brings the schema up to date and serves. */
export async function startPresets(start: PresetsStart): Promise<RunningService> {
  const { config, runtime, address, database, now = () => new Date() } = start;
  await migrate(database, presetsSchema, migrations);
  return startGrpcService({
    name: runtime.name,
    version: runtime.version,
    address,
    packageName: 'atelier.presets.v1',
    services: {
      'atelier.presets.v1.PresetsService': PresetsServiceService,
      'atelier.presets.v1.PresetLibraryService': PresetLibraryServiceService,
      'atelier.presets.v1.PreferenceService': PreferenceServiceService,
      'atelier.presets.v1.ReferenceService': ReferenceServiceService,
      'atelier.presets.v1.SessionService': SessionServiceService,
      'atelier.presets.v1.SuggestionService': SuggestionServiceService,
      'atelier.privacy.v1.PrivacyService': PrivacyServiceService,
    },
    module: await PresetsModule.register({ config, runtime, database, now }),
    identitySecret: runtime.identitySecret,
    logger: runtime.logger,
  });
}
