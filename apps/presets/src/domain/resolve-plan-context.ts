import type { Caller } from './caller.js';
import type { Preset } from './preset.js';
import type { PresetAssignment } from './preset-experiment.js';
import type { Reference } from './reference.js';
import type { References } from './references.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';
import type { CurrentPreferences, UserPreferences } from './user-preferences.js';
import type { UsePreset } from './use-preset.js';

/** What a plan names. */
export interface PlanMentions {
  readonly tags: readonly string[];
  /** Empty for none. */
  readonly sessionId: string;
  /** Id or share token; empty for none. */
  readonly presetId: string;
  readonly withPreferences: boolean;
}

/** What the names stand for. */
export interface PlanContext {
  readonly references: readonly Reference[];
  readonly missingTags: readonly string[];
  readonly session: Session | undefined;
  /** In the version that the caller gets. */
  readonly preset: Preset | undefined;
  readonly presetAssignment: PresetAssignment | undefined;
  readonly preferences: CurrentPreferences | undefined;
}

/** Everything a plan needs beside the prompt, looked up side by side. */
export class ResolvePlanContext {
  constructor(
    private readonly presets: Pick<UsePreset, 'open'>,
    private readonly references: References,
    private readonly sessions: Sessions,
    private readonly preferences: Pick<UserPreferences, 'get'>,
    private readonly report: (error: unknown) => void,
  ) {}

  /** References that can't be had are missing, and never an error. @throws PRESET_NOT_FOUND, SESSION_INVALID */
  async resolve(caller: Caller, mentions: PlanMentions): Promise<PlanContext> {
    const { tags, sessionId, presetId, withPreferences } = mentions;
    const [resolved, session, used, preferences] = await Promise.all([
      this.references.resolve(caller.userId, tags).catch((error: unknown) => {
        this.report(error);
        return { references: [], missingTags: [...new Set(tags)] };
      }),
      sessionId === '' ? undefined : this.sessions.open(caller.userId, sessionId),
      presetId === '' ? undefined : this.presets.open(caller, presetId),
      withPreferences ? this.preferences.get(caller.userId) : undefined,
    ]);
    return { ...resolved, session, preset: used?.preset, presetAssignment: used?.assignment, preferences };
  }
}
