import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { webhookUrlProblem } from '@atelier/safe-fetch';
import { AdminAlertChannelsController } from './admin/admin-alert-channels.controller.js';
import { AdminAlertsController } from './admin/admin-alerts.controller.js';
import { AdminAuditController } from './admin/admin-audit.controller.js';
import { AdminBudgetsController } from './admin/admin-budgets.controller.js';
import { AdminExperimentsController } from './admin/admin-experiments.controller.js';
import { AdminKeysController } from './admin/admin-keys.controller.js';
import { AdminActs } from './admin/admin-acts.js';
import { AdminQueueController } from './admin/admin-queue.controller.js';
import { AdminProvidersController } from './admin/admin-providers.controller.js';
import { AdminLimitsController } from './admin/admin-limits.controller.js';
import { AdminRolloutController } from './admin/admin-rollout.controller.js';
import { AuditLog } from './admin/audit-log.js';
import { LimitSubjects } from './admin/limit-subjects.js';
import { Backends } from './backends.js';
import { EnhancedController } from './enhanced/enhanced.controller.js';
import { EnhancedStatusController } from './enhanced/enhanced-status.controller.js';
import { EstimateController } from './enhanced/estimate.controller.js';
import { FeedbackController, UsageEvents } from './enhanced/feedback.controller.js';
import { PlannedGenerations } from './enhanced/planned-generations.js';
import { PlanStatistics } from './enhanced/plan-statistics.js';
import { PlanStore } from './enhanced/plan-store.js';
import { Plans } from './enhanced/plans.js';
import { Rollout } from './enhanced/rollout.js';
import { AssetLinks } from './files/asset-links.js';
import { FilesController } from './files/files.controller.js';
import { FileStorage } from './files/file-storage.js';
import { SystemCalls } from './files/system-calls.js';
import type { GatewayParts } from './gateway-parts.js';
import type { GatewaySurroundings } from './gateway-surroundings.js';
import { DeliveriesController } from './generations/deliveries.controller.js';
import { GenerateFormsController } from './generations/generate-forms.controller.js';
import { GenerationPlanner } from './generations/generation-planner.js';
import { GenerationEventsController } from './generations/generation-events.controller.js';
import { GenerationsController } from './generations/generations.controller.js';
import { ProviderWebhooksController } from './generations/provider-webhooks.controller.js';
import { Submission } from './generations/submission.js';
import { CacheLevels } from './health/cache-levels.js';
import { HealthController } from './health/health.controller.js';
import { SystemHealth } from './health/system-health.js';
import { Uptime } from './health/uptime.js';
import type { RouteTable } from './http/route-table.js';
import { ApiKeyStore } from './identity/api-key-store.js';
import { Authenticator } from './identity/authenticator.js';
import { LimitAdministration } from './limits/limit-administration.js';
import { RequestLimits } from './limits/request-limits.js';
import { ModelsController } from './models/models.controller.js';
import { DashboardController } from './monitoring/dashboard.controller.js';
import { MonitoringController } from './monitoring/monitoring.controller.js';
import { StatsCache } from './monitoring/stats-cache.js';
import { TimeSeriesController } from './monitoring/time-series.controller.js';
import { UsageReports } from './monitoring/usage-reports.js';
import { Documentation } from './openapi/documentation.js';
import { DocumentationController } from './openapi/documentation.controller.js';
import { MetricsController } from './operations/metrics.controller.js';
import { ImageJobListController } from './playground/image-job-list.controller.js';
import { ImageJobOwners } from './playground/image-job-owners.js';
import { ImageJobSubmission } from './playground/image-job-submission.js';
import { ImageJobsController } from './playground/image-jobs.controller.js';
import { InlineImages } from './playground/inline-images.js';
import { PlaygroundHealthController } from './playground/playground-health.controller.js';
import { PreprocessController } from './playground/preprocess.controller.js';
import { SourceImages } from './playground/source-images.js';
import { SourceLinks } from './playground/source-links.js';
import { PresetLibraryController } from './presets/preset-library.controller.js';
import { PresetUseReports } from './presets/preset-use-reports.js';
import { PreferenceCache } from './preferences/preference-cache.js';
import { PreferencesController } from './preferences/preferences.controller.js';
import { PresetsController } from './presets/presets.controller.js';
import { ClosedAccounts } from './privacy/closed-accounts.js';
import { Deletions } from './privacy/deletions.js';
import { MeController } from './privacy/me.controller.js';
import { UserExports } from './privacy/user-exports.js';
import { ImageLinks } from './references/image-links.js';
import { KeptImages } from './references/kept-images.js';
import { ReferencesController } from './references/references.controller.js';
import { Thumbnails } from './references/thumbnails.js';
import { RolloutAdministration } from './rollout/rollout-administration.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { PromptReports } from './suggestions/prompt-reports.js';
import { SuggestionsController } from './suggestions/suggestions.controller.js';
import { UploadGate } from './uploads/upload-gate.js';
import { UploadsController } from './uploads/uploads.controller.js';

/** What the endpoints are put together from. */
export interface GatewayModuleParts extends GatewayParts {
  readonly surroundings: Pick<GatewaySurroundings, 'config' | 'runtime' | 'storage'>;
  readonly documentation: Documentation;
  readonly routes: RouteTable;
}

/** Everything that answers. */
export const controllers = [
  AdminAlertChannelsController,
  AdminAlertsController,
  AdminAuditController,
  AdminBudgetsController,
  AdminExperimentsController,
  AdminKeysController,
  AdminProvidersController,
  AdminLimitsController,
  AdminQueueController,
  AdminRolloutController,
  DeliveriesController,
  DocumentationController,
  EnhancedController,
  EnhancedStatusController,
  EstimateController,
  FeedbackController,
  FilesController,
  GenerateFormsController,
  GenerationEventsController,
  GenerationsController,
  HealthController,
  ImageJobListController,
  ImageJobsController,
  MeController,
  MetricsController,
  ModelsController,
  DashboardController,
  TimeSeriesController,
  MonitoringController,
  PlaygroundHealthController,
  PreprocessController,
  PresetLibraryController,
  PreferencesController,
  PresetsController,
  ProviderWebhooksController,
  ReferencesController,
  SessionsController,
  SuggestionsController,
  UploadsController,
];

/** The gateway's endpoints, grouped by resource. */
@Module({})
export class GatewayModule {
  static register(parts: GatewayModuleParts): DynamicModule {
    const { config, runtime, storage } = parts.surroundings;
    const presetUses = new PresetUseReports({
      library: parts.backends.presetLibrary,
      context: () => runtime.backgroundContext(),
      logger: runtime.logger,
    });
    const prompts = new PromptReports({
      suggestions: parts.backends.suggestions,
      context: () => runtime.backgroundContext(),
      logger: runtime.logger,
    });
    const providers: Provider[] = [
      { provide: AdminActs, useValue: parts.acts },
      { provide: ApiKeyStore, useValue: parts.apiKeys },
      { provide: AssetLinks, useValue: parts.assetLinks },
      { provide: AuditLog, useValue: parts.auditLog },
      { provide: Authenticator, useValue: parts.authenticator },
      { provide: Backends, useValue: parts.backends },
      { provide: CacheLevels, useValue: parts.caches },
      { provide: ClosedAccounts, useValue: parts.privacy.closed },
      { provide: Deletions, useValue: parts.privacy.deletions },
      { provide: Documentation, useValue: parts.documentation },
      { provide: FileStorage, useValue: new FileStorage(storage) },
      { provide: GenerationPlanner, useValue: new PlannedGenerations(parts.plans, parts.planStore, parts.images) },
      { provide: LimitAdministration, useValue: parts.limitAdministration },
      { provide: LimitSubjects, useValue: new LimitSubjects(parts.routes, parts.apiKeys) },
      { provide: Plans, useValue: parts.plans },
      { provide: PlanStatistics, useValue: parts.planStatistics },
      { provide: PlanStore, useValue: parts.planStore },
      { provide: StatsCache, useValue: parts.stats },
      { provide: PromptReports, useValue: prompts },
      { provide: Rollout, useValue: parts.rollout },
      { provide: RolloutAdministration, useValue: parts.rolloutAdministration },
      { provide: PresetUseReports, useValue: presetUses },
      { provide: PreferenceCache, useValue: parts.preferences },
      { provide: RequestLimits, useValue: parts.limits },
      {
        provide: Submission,
        useValue: new Submission(
          parts.backends,
          parts.assetLinks,
          (url) => webhookUrlProblem(url, config.WEBHOOK_ALLOWED_PRIVATE_ORIGINS),
          presetUses,
          prompts,
        ),
      },
      { provide: SystemCalls, useValue: { context: () => runtime.backgroundContext() } },
      { provide: SystemHealth, useValue: parts.systemHealth },
      { provide: Thumbnails, useValue: parts.thumbnails },
      { provide: UploadGate, useValue: parts.uploads },
      { provide: Uptime, useValue: parts.uptime },
      { provide: UserExports, useValue: parts.privacy.exports },
      { provide: UsageEvents, useValue: runtime.events },
      { provide: UsageReports, useValue: new UsageReports(runtime.events) },
      ImageJobOwners,
      ImageJobSubmission,
      ImageLinks,
      KeptImages,
      InlineImages,
      SourceImages,
      SourceLinks,
    ];
    return { module: GatewayModule, providers, controllers };
  }
}
