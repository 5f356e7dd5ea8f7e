import {
  AlertServiceService,
  AnalyticsServiceService,
  ExperimentServiceService,
  MonitoringServiceService,
} from '@atelier/contracts/analytics/v1';
import { ClassifierServiceService } from '@atelier/contracts/classifier/v1';
import {
  AssetServiceService,
  BudgetAdminServiceService,
  GenerationServiceService,
  LedgerServiceService,
  ProviderAdminServiceService,
  QueueAdminServiceService,
  WebhookDeliveryServiceService,
} from '@atelier/contracts/generation/v1';
import { ImageJobDirectoryServiceService, PlaygroundServiceService } from '@atelier/contracts/playground/v1';
import {
  PreferenceServiceService,
  PresetLibraryServiceService,
  PresetsServiceService,
  ReferenceServiceService,
  SessionServiceService,
  SuggestionServiceService,
} from '@atelier/contracts/presets/v1';
import { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { ModelSelectorServiceService } from '@atelier/contracts/selector/v1';
import type { GrpcClient } from '@atelier/grpc';
import type { ServiceRuntime } from '@atelier/service-defaults';
import type { GatewayConfig } from './gateway.config.js';

/** The services behind the gateway. An abstract class, so that Nest can inject it by type. */
export abstract class Backends {
  abstract readonly classifier: GrpcClient<typeof ClassifierServiceService>;
  abstract readonly selector: GrpcClient<typeof ModelSelectorServiceService>;
  abstract readonly generation: GrpcClient<typeof GenerationServiceService>;
  abstract readonly assets: GrpcClient<typeof AssetServiceService>;
  abstract readonly ledger: GrpcClient<typeof LedgerServiceService>;
  abstract readonly providerAdmin: GrpcClient<typeof ProviderAdminServiceService>;
  abstract readonly queueAdmin: GrpcClient<typeof QueueAdminServiceService>;
  abstract readonly webhookDelivery: GrpcClient<typeof WebhookDeliveryServiceService>;
  abstract readonly playground: GrpcClient<typeof PlaygroundServiceService>;
  abstract readonly imageJobDirectory: GrpcClient<typeof ImageJobDirectoryServiceService>;
  abstract readonly presets: GrpcClient<typeof PresetsServiceService>;
  abstract readonly preferences: GrpcClient<typeof PreferenceServiceService>;
  abstract readonly references: GrpcClient<typeof ReferenceServiceService>;
  abstract readonly sessions: GrpcClient<typeof SessionServiceService>;
  abstract readonly presetLibrary: GrpcClient<typeof PresetLibraryServiceService>;
  abstract readonly suggestions: GrpcClient<typeof SuggestionServiceService>;
  abstract readonly alerts: GrpcClient<typeof AlertServiceService>;
  abstract readonly budgetAdmin: GrpcClient<typeof BudgetAdminServiceService>;
  abstract readonly experiments: GrpcClient<typeof ExperimentServiceService>;
  abstract readonly analytics: GrpcClient<typeof AnalyticsServiceService>;
  abstract readonly monitoring: GrpcClient<typeof MonitoringServiceService>;
  /** What each service with data of users stores about one. */
  abstract readonly privacy: Readonly<
    Record<'generation' | 'playground' | 'presets' | 'analytics', GrpcClient<typeof PrivacyServiceService>>
  >;
}

/** One client per service, closed with the runtime. */
export function connectBackends(runtime: ServiceRuntime, config: GatewayConfig): Backends {
  const privacyAt = (target: string) => runtime.client(PrivacyServiceService, 'atelier.privacy.v1', target);
  return {
    classifier: runtime.client(ClassifierServiceService, 'atelier.classifier.v1', config.CLASSIFIER_URL),
    selector: runtime.client(ModelSelectorServiceService, 'atelier.selector.v1', config.MODEL_SELECTOR_URL),
    generation: runtime.client(GenerationServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    assets: runtime.client(AssetServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    ledger: runtime.client(LedgerServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    providerAdmin: runtime.client(ProviderAdminServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    queueAdmin: runtime.client(QueueAdminServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    webhookDelivery: runtime.client(WebhookDeliveryServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    playground: runtime.client(PlaygroundServiceService, 'atelier.playground.v1', config.PLAYGROUND_PROCESSOR_URL),
    imageJobDirectory: runtime.client(
      ImageJobDirectoryServiceService,
      'atelier.playground.v1',
      config.PLAYGROUND_PROCESSOR_URL,
    ),
    presets: runtime.client(PresetsServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    preferences: runtime.client(PreferenceServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    references: runtime.client(ReferenceServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    sessions: runtime.client(SessionServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    presetLibrary: runtime.client(PresetLibraryServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    suggestions: runtime.client(SuggestionServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    alerts: runtime.client(AlertServiceService, 'atelier.analytics.v1', config.ANALYTICS_URL),
    budgetAdmin: runtime.client(BudgetAdminServiceService, 'atelier.generation.v1', config.GENERATION_URL),
    experiments: runtime.client(ExperimentServiceService, 'atelier.analytics.v1', config.ANALYTICS_URL),
    analytics: runtime.client(AnalyticsServiceService, 'atelier.analytics.v1', config.ANALYTICS_URL),
    monitoring: runtime.client(MonitoringServiceService, 'atelier.analytics.v1', config.ANALYTICS_URL),
    privacy: {
      generation: privacyAt(config.GENERATION_URL),
      playground: privacyAt(config.PLAYGROUND_PROCESSOR_URL),
      presets: privacyAt(config.PRESETS_URL),
      analytics: privacyAt(config.ANALYTICS_URL),
    },
  };
}
