import { Controller } from '@nestjs/common';
import {
  EndPresetExperimentResponse,
  GetPresetExperimentResponse,
  ListPopularPresetsResponse,
  ListPresetVersionsResponse,
  PresetLibraryServiceControllerMethods,
  PutPresetExperimentResponse,
  RecordPresetUsesResponse,
  RevokePresetShareResponse,
  SharePresetResponse,
  type EndPresetExperimentRequest,
  type GetPresetExperimentRequest,
  type ListPopularPresetsRequest,
  type ListPresetVersionsRequest,
  type PresetLibraryServiceController,
  type PutPresetExperimentRequest,
  type RecordPresetUsesRequest,
  type RevokePresetShareRequest,
  type SharePresetRequest,
} from '@atelier/contracts/presets/v1';
import { currentCaller } from './current-caller.js';
import { PopularPresets } from './domain/popular-presets.js';
import { PresetExperiments } from './domain/preset-experiments.js';
import { PresetShares } from './domain/preset-shares.js';
import { PresetUses } from './domain/preset-uses.js';
import { PresetVersions } from './domain/preset-versions.js';
import { presetsErrors } from './presets.errors.js';
import { fromWireAssignment } from './wire-assignment.js';
import { toWirePreset, toWireVersion } from './wire-preset.js';

const mostUses = 500;

/** Wire side of what surrounds presets: versions, share links, uses and experiments. */
@Controller()
@PresetLibraryServiceControllerMethods()
export class PresetLibraryController implements PresetLibraryServiceController {
  constructor(
    private readonly versions: PresetVersions,
    private readonly shares: PresetShares,
    private readonly popular: PopularPresets,
    private readonly uses: PresetUses,
    private readonly experiments: PresetExperiments,
  ) {}

  async listPresetVersions(request: ListPresetVersionsRequest): Promise<ListPresetVersionsResponse> {
    const { presetId, pageSize, pageToken } = request;
    const page = await this.versions.list(currentCaller(), presetId, pageSize, pageToken);
    return ListPresetVersionsResponse.create({ ...page, versions: page.versions.map(toWireVersion) });
  }

  async sharePreset({ presetId }: SharePresetRequest): Promise<SharePresetResponse> {
    return SharePresetResponse.create(await this.shares.share(currentCaller(), presetId));
  }

  async revokePresetShare({ presetId }: RevokePresetShareRequest): Promise<RevokePresetShareResponse> {
    await this.shares.revoke(currentCaller(), presetId);
    return RevokePresetShareResponse.create();
  }

  async listPopularPresets(request: ListPopularPresetsRequest): Promise<ListPopularPresetsResponse> {
    const presets = await this.popular.list(currentCaller(), request);
    return ListPopularPresetsResponse.create({
      presets: presets.map(({ preset, uses }) => ({ preset: toWirePreset(preset), uses })),
    });
  }

  async recordPresetUses({ uses }: RecordPresetUsesRequest): Promise<RecordPresetUsesResponse> {
    if (!currentCaller().service) throw presetsErrors.PRESET_USES_SERVICES_ONLY();
    if (uses.length > mostUses || uses.some(({ generationId }) => generationId === '')) {
      throw presetsErrors.PRESET_INVALID({
        violations: [{ field: 'uses', message: `must be at most ${mostUses}, each of a generation` }],
      });
    }
    const counted = await Promise.all(
      uses.map(({ generationId, presetId, version, assignment, userId, requestId }) =>
        this.uses.count({
          key: `generation ${generationId}`,
          presetId,
          version,
          userId,
          requestId,
          assignment: fromWireAssignment(assignment),
        }),
      ),
    );
    return RecordPresetUsesResponse.create({ counted: counted.filter(({ fresh }) => fresh).length });
  }

  async putPresetExperiment({
    presetId,
    ...settings
  }: PutPresetExperimentRequest): Promise<PutPresetExperimentResponse> {
    return PutPresetExperimentResponse.create({
      experiment: await this.experiments.put(currentCaller(), presetId, settings),
    });
  }

  async getPresetExperiment({ presetId }: GetPresetExperimentRequest): Promise<GetPresetExperimentResponse> {
    return GetPresetExperimentResponse.create({
      experiment: await this.experiments.get(currentCaller(), presetId),
    });
  }

  async endPresetExperiment({ presetId }: EndPresetExperimentRequest): Promise<EndPresetExperimentResponse> {
    await this.experiments.end(currentCaller(), presetId);
    return EndPresetExperimentResponse.create();
  }
}
