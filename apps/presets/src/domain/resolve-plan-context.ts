import type { Caller } from './caller.js';
import type { Preset } from './preset.js';
import type { Presets } from './presets.js';
import type { Reference } from './reference.js';
import type { References } from './references.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';

/** What a plan names. */
export interface PlanMentions {
  readonly tags: readonly string[];
  /** Empty for none. */
  readonly sessionId: string;
  /** Empty for none. */
  readonly presetId: string;
}

/** What the names stand for. */
export interface PlanContext {
  readonly references: readonly Reference[];
  readonly missingTags: readonly string[];
  readonly session: Session | undefined;
  readonly preset: Preset | undefined;
}

/** Everything a plan needs beside the prompt, looked up side by side. */
export class ResolvePlanContext {
  constructor(
    private readonly presets: Presets,
    private readonly references: References,
    private readonly sessions: Sessions,
    private readonly report: (error: unknown) => void,
  ) {}

  /** References that can't be had are missing, and never an error. @throws PRESET_NOT_FOUND, SESSION_INVALID */
  async resolve(caller: Caller, { tags, sessionId, presetId }: PlanMentions): Promise<PlanContext> {
    const [resolved, session, preset] = await Promise.all([
      this.references.resolve(caller.userId, tags).catch((error: unknown) => {
        this.report(error);
        return { references: [], missingTags: [...new Set(tags)] };
      }),
      sessionId === '' ? undefined : this.sessions.open(caller.userId, sessionId),
      presetId === '' ? undefined : this.presets.find(caller, presetId),
    ]);
    return { ...resolved, session, preset };
  }
}
