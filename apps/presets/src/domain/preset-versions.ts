import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import { isOwn, type Preset, type PresetVersion } from './preset.js';
import type { PresetRepository } from './preset-repository.js';
import type { VisiblePresets } from './visible-presets.js';

const defaultPage = 20;
const largestPage = 100;

/** One page of a preset's versions. */
export interface PresetVersionPage {
  /** Newest first. */
  readonly versions: readonly PresetVersion[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
  /** The version in force. */
  readonly currentVersion: number;
}

/** What presets were before. */
export class PresetVersions {
  constructor(
    private readonly visible: VisiblePresets,
    private readonly repository: Pick<PresetRepository, 'versions' | 'version'>,
  ) {}

  /** @throws PRESET_NOT_FOUND, PAGE_INVALID */
  async list(caller: Caller, presetId: string, pageSize: number, pageToken: string): Promise<PresetVersionPage> {
    const limit = pageSize === 0 ? defaultPage : pageSize;
    if (!Number.isInteger(limit) || limit < 1 || limit > largestPage) throw invalidPage('page_size');
    if (!/^([1-9]\d{0,8})?$/.test(pageToken)) throw invalidPage('page_token');
    const preset = await this.visible.find(caller, presetId);
    const before = pageToken === '' ? undefined : Number(pageToken);
    const current = before === undefined || preset.version < before ? [currentOf(preset)] : [];
    const former = await this.former(caller, preset, before, limit + 1 - current.length);
    const versions = [...current, ...former];
    const page = versions.slice(0, limit);
    const nextPageToken = versions.length > limit ? String(page.at(-1)?.version) : '';
    return { versions: page, nextPageToken, currentVersion: preset.version };
  }

  /** One version, also the current one; undefined when it is not kept. */
  async find(preset: Preset, version: number): Promise<PresetVersion | undefined> {
    if (version === preset.version) return currentOf(preset);
    const builtIn = this.visible.builtIns.get(preset.presetId);
    if (builtIn) return builtIn.earlier.find((earlier) => earlier.version === version);
    return this.repository.version(preset.presetId, version);
  }

  private async former(
    caller: Caller,
    preset: Preset,
    before: number | undefined,
    limit: number,
  ): Promise<readonly PresetVersion[]> {
    const builtIn = this.visible.builtIns.get(preset.presetId);
    if (builtIn) {
      return builtIn.earlier.filter(({ version }) => before === undefined || version < before).slice(0, limit);
    }
    // What was private once stays private, whatever became of it.
    const sharedOnly = !isOwn(caller, preset) && !caller.admin;
    return this.repository.versions(preset.presetId, { ...(before && { before }), sharedOnly, limit });
  }
}

function currentOf({ updateTime, ...preset }: Preset): PresetVersion {
  const { version, name, category, promptTemplate, negativePrompt, parameters, visibility } = preset;
  const content = { version, name, category, promptTemplate, negativePrompt, parameters, visibility };
  return { ...content, ...(updateTime ? { createTime: updateTime } : {}) };
}

function invalidPage(field: string) {
  return presetsErrors.PAGE_INVALID({ violations: [{ field, message: 'is no page of these versions' }] });
}
