import { createHash } from 'node:crypto';
import { presetsErrors } from '../presets.errors.js';
import { assignVariant } from './assign-variant.js';
import type { Caller } from './caller.js';
import { fillTemplate, inVersion, type Preset } from './preset.js';
import type { PresetAssignment, PresetExperimentRepository } from './preset-experiment.js';
import type { PresetUses } from './preset-uses.js';
import type { PresetVersions } from './preset-versions.js';
import type { VisiblePresets } from './visible-presets.js';

const longestPrompt = 2_000;

/** A preset in the version that a caller gets. */
export interface UsedPreset {
  readonly preset: Preset;
  /** Absent when no versions are compared. */
  readonly assignment: PresetAssignment | undefined;
}

/** Uses presets: in the version that the caller gets while two are compared. */
export class UsePreset {
  constructor(
    private readonly visible: VisiblePresets,
    private readonly versions: PresetVersions,
    private readonly experiments: Pick<PresetExperimentRepository, 'underWay'>,
    private readonly uses: PresetUses,
  ) {}

  /** For a plan; nothing is counted. @throws PRESET_NOT_FOUND */
  async open(caller: Caller, idOrToken: string): Promise<UsedPreset> {
    const preset = await this.visible.open(caller, idOrToken);
    const experiment = await this.experiments.underWay(preset.presetId);
    if (!experiment) return { preset, assignment: undefined };
    const { experimentId, versionA, versionB, share } = experiment;
    const variant = assignVariant(experimentId, caller.userId, share);
    const version = await this.versions.find(preset, variant === 'a' ? versionA : versionB);
    // Ended in this very moment, and the version with it: then the current one is right.
    if (!version) return { preset, assignment: undefined };
    return { preset: inVersion(preset, version), assignment: { experimentId, variant, version: version.version } };
  }

  /**
   * Puts a prompt into the template and counts the use. The same prompt under the same request id is the same use.
   * @throws PROMPT_INVALID, PRESET_NOT_FOUND
   */
  async apply(
    caller: Caller,
    idOrToken: string,
    userPrompt: string,
    requestId: string,
  ): Promise<UsedPreset & { readonly enhancedPrompt: string }> {
    const prompt = userPrompt.trim();
    if (prompt === '' || prompt.length > longestPrompt) {
      throw presetsErrors.PROMPT_INVALID({
        violations: [{ field: 'user_prompt', message: `must have 1 to ${longestPrompt} characters` }],
      });
    }
    const { preset, assignment } = await this.open(caller, idOrToken);
    const { presetId, version } = preset;
    const { userId } = caller;
    const key = createHash('sha256')
      .update(JSON.stringify(['apply', userId, requestId, presetId, prompt]))
      .digest('base64url');
    const { useCount = preset.useCount } = await this.uses.count({
      key,
      presetId,
      version,
      userId,
      requestId,
      assignment,
    });
    const enhancedPrompt = fillTemplate(preset.promptTemplate, prompt);
    return { preset: { ...preset, useCount }, assignment, enhancedPrompt };
  }
}
