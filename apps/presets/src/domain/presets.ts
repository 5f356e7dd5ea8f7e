import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import { checkPreset, type PresetInput } from './check-preset.js';
import type { ParameterLimits } from './parameter-limits.js';
import type { Preset, PresetContent } from './preset.js';
import type { PresetChange, PresetRepository, Unchanged } from './preset-repository.js';
import type { PresetUseRepository } from './preset-use.js';
import { isPlainText } from './text.js';
import type { VisiblePresets } from './visible-presets.js';

const largestList = 500;

/** Which presets are listed. */
export interface PresetQuery {
  /** `image`, `video` or empty. */
  readonly category: string;
  /** `me`, `builtin`, `shared` or empty. */
  readonly owner: string;
  /** Words to find in name and template. */
  readonly query: string;
}

/** What was found. */
export interface PresetList {
  /** At most 500. */
  readonly presets: readonly Preset[];
  /** How many there are. */
  readonly total: number;
}

/** The built-in looks and the users' own. */
export class Presets {
  constructor(
    private readonly visible: VisiblePresets,
    private readonly repository: PresetRepository,
    private readonly uses: Pick<PresetUseRepository, 'builtInUses'>,
    private readonly limits: ParameterLimits,
  ) {}

  /** Built-ins in catalogue order, then the users' presets by name; an administrator sees everybody's. */
  async list(caller: Caller, { category, owner, query }: PresetQuery): Promise<PresetList> {
    checkQuery(category, owner);
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '' && isPlainText(word));
    const builtIns = owner === '' || owner === 'builtin' ? await this.listBuiltIns(category, words) : [];
    if (owner === 'builtin') return { presets: builtIns, total: builtIns.length };
    const own = await this.repository.list({
      words,
      limit: largestList - builtIns.length,
      ...(category ? { category } : {}),
      ...(owner === 'me' ? { ownerId: caller.userId } : {}),
      ...(owner === 'shared' ? { visibility: 'shared' } : {}),
      ...(caller.admin ? {} : { privateOf: caller.userId }),
    });
    return { presets: [...builtIns, ...own.presets], total: builtIns.length + own.total };
  }

  /** With its use count; by id or by the token of a share link. @throws PRESET_NOT_FOUND also for somebody else's secret */
  async get(caller: Caller, idOrToken: string): Promise<Preset> {
    const preset = await this.visible.open(caller, idOrToken);
    if (preset.visibility !== 'builtin') return preset;
    return { ...preset, useCount: (await this.uses.builtInUses()).get(preset.presetId) ?? 0 };
  }

  /** @throws PRESET_INVALID, PRESET_ID_TAKEN */
  async create(caller: Caller, input: PresetInput, visibility: PresetChange['visibility']): Promise<Preset> {
    const change = { ...this.valid(input), visibility };
    const created = this.visible.builtIns.has(change.presetId)
      ? undefined
      : await this.repository.create(caller.userId, change);
    if (!created) throw presetsErrors.PRESET_ID_TAKEN({ violations: [{ field: 'id', message: 'is taken' }] });
    return created;
  }

  /** `ifMatch` as in `meets`. @throws PRESET_INVALID, PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN, PRECONDITION_FAILED */
  async update(
    caller: Caller,
    input: PresetInput,
    visibility: PresetChange['visibility'],
    ifMatch: readonly string[],
  ): Promise<Preset> {
    const { ownerId } = await this.visible.findChangeable(caller, input.presetId);
    const updated = await this.repository.update(ownerId, { ...this.valid(input), visibility }, ifMatch);
    if (typeof updated === 'string') throw unchanged(updated);
    return updated;
  }

  /** `ifMatch` as in `meets`. @throws PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN, PRECONDITION_FAILED */
  async delete(caller: Caller, presetId: string, ifMatch: readonly string[]): Promise<void> {
    const { ownerId } = await this.visible.findChangeable(caller, presetId);
    const deleted = await this.repository.delete(ownerId, presetId, ifMatch);
    if (deleted !== 'deleted') throw unchanged(deleted);
  }

  private async listBuiltIns(category: string, words: readonly string[]): Promise<Preset[]> {
    const uses = await this.uses.builtInUses();
    return [...this.visible.builtIns.values()]
      .filter((preset) => category === '' || preset.category === category)
      .filter(({ name, promptTemplate }) =>
        words.every((word) => `${name} ${promptTemplate}`.toLowerCase().includes(word)),
      )
      .map((preset) => ({ ...preset, useCount: uses.get(preset.presetId) ?? 0 }));
  }

  private valid(input: PresetInput): PresetContent {
    const checked = checkPreset(input, this.limits);
    if ('violations' in checked) throw presetsErrors.PRESET_INVALID({ violations: checked.violations });
    return checked.content;
  }
}

function unchanged(why: Unchanged) {
  return why === 'gone' ? presetsErrors.PRESET_NOT_FOUND() : presetsErrors.PRECONDITION_FAILED();
}

function checkQuery(category: string, owner: string): void {
  const violations = [
    ...(['', 'image', 'video'].includes(category) ? [] : [{ field: 'category', message: 'must be image or video' }]),
    ...(['', 'me', 'builtin', 'shared'].includes(owner)
      ? []
      : [{ field: 'owner', message: 'must be me, builtin or shared' }]),
  ];
  if (violations.length > 0)
    throw presetsErrors.PRESET_INVALID({ message: 'Presets can’t be listed that way.', violations });
}
