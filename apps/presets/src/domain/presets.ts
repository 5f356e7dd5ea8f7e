import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import { checkPreset, type PresetInput } from './check-preset.js';
import { canSee, fillTemplate, isOwn, type Preset } from './preset.js';
import type { PresetChange, PresetRepository } from './preset-repository.js';
import { isPlainText } from './text.js';

const largestList = 500;
const longestPrompt = 2_000;

/** Which presets are listed. */
export interface PresetQuery {
  /** `image`, `video` or empty. */
  readonly category: string;
  /** `me`, `builtin`, `shared` or empty. */
  readonly owner: string;
  /** Words to find in name and template. */
  readonly query: string;
}

/** Hears of every use. */
export type PresetApplied = (preset: Preset) => void;

/** The built-in looks and the users' own. */
export class Presets {
  private readonly builtIns: ReadonlyMap<string, Preset>;

  constructor(
    builtIns: readonly Preset[],
    private readonly repository: PresetRepository,
    private readonly applied: PresetApplied,
  ) {
    this.builtIns = new Map(builtIns.map((preset) => [preset.presetId, preset]));
  }

  /** Built-ins in catalogue order, then the users' presets by name; an administrator sees everybody's. */
  async list(caller: Caller, { category, owner, query }: PresetQuery): Promise<Preset[]> {
    checkQuery(category, owner);
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '' && isPlainText(word));
    const builtIns = owner === '' || owner === 'builtin' ? await this.listBuiltIns(category, words) : [];
    if (owner === 'builtin') return builtIns;
    const own = await this.repository.list({
      words,
      limit: largestList - builtIns.length,
      ...(category ? { category } : {}),
      ...(owner === 'me' ? { ownerId: caller.userId } : {}),
      ...(owner === 'shared' ? { visibility: 'shared' } : {}),
      ...(caller.admin ? {} : { privateOf: caller.userId }),
    });
    return [...builtIns, ...own];
  }

  /** With its use count. @throws PRESET_NOT_FOUND also when it is somebody else's secret. */
  async get(caller: Caller, presetId: string): Promise<Preset> {
    const preset = await this.find(caller, presetId);
    if (preset.visibility !== 'builtin') return preset;
    return { ...preset, useCount: (await this.repository.builtInUses()).get(presetId) ?? 0 };
  }

  /** Without looking up the use count of built-ins: costs nothing for them. @throws PRESET_NOT_FOUND */
  async find(caller: Caller, presetId: string): Promise<Preset> {
    const preset =
      this.builtIns.get(presetId) ?? (isPlainText(presetId) ? await this.repository.find(presetId) : undefined);
    if (!preset || !canSee(caller, preset)) throw presetsErrors.PRESET_NOT_FOUND();
    return preset;
  }

  /** @throws PRESET_INVALID, PRESET_ID_TAKEN */
  async create(caller: Caller, input: PresetInput, visibility: PresetChange['visibility']): Promise<Preset> {
    const change = { ...valid(input), visibility };
    const created = this.builtIns.has(change.presetId)
      ? undefined
      : await this.repository.create(caller.userId, change);
    if (!created) throw presetsErrors.PRESET_ID_TAKEN({ violations: [{ field: 'id', message: 'is taken' }] });
    return created;
  }

  /** @throws PRESET_INVALID, PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN */
  async update(caller: Caller, input: PresetInput, visibility: PresetChange['visibility']): Promise<Preset> {
    const { ownerId } = await this.findChangeable(caller, input.presetId);
    const updated = await this.repository.update(ownerId, { ...valid(input), visibility });
    if (!updated) throw presetsErrors.PRESET_NOT_FOUND();
    return updated;
  }

  /** @throws PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN */
  async delete(caller: Caller, presetId: string): Promise<void> {
    const { ownerId } = await this.findChangeable(caller, presetId);
    if (!(await this.repository.delete(ownerId, presetId))) throw presetsErrors.PRESET_NOT_FOUND();
  }

  /** Puts a prompt into the template and counts the use. @throws PROMPT_INVALID, PRESET_NOT_FOUND */
  async apply(
    caller: Caller,
    presetId: string,
    userPrompt: string,
  ): Promise<{ preset: Preset; enhancedPrompt: string }> {
    const prompt = userPrompt.trim();
    if (prompt === '' || prompt.length > longestPrompt) {
      throw presetsErrors.PROMPT_INVALID({
        violations: [{ field: 'user_prompt', message: `must have 1 to ${longestPrompt} characters` }],
      });
    }
    const found = await this.find(caller, presetId);
    const count =
      found.visibility === 'builtin' ? this.repository.countBuiltInUse(presetId) : this.repository.countUse(presetId);
    const preset = { ...found, useCount: (await count) ?? found.useCount };
    this.applied(preset);
    return { preset, enhancedPrompt: fillTemplate(preset.promptTemplate, prompt) };
  }

  private async listBuiltIns(category: string, words: readonly string[]): Promise<Preset[]> {
    const uses = await this.repository.builtInUses();
    return [...this.builtIns.values()]
      .filter((preset) => category === '' || preset.category === category)
      .filter(({ name, promptTemplate }) =>
        words.every((word) => `${name} ${promptTemplate}`.toLowerCase().includes(word)),
      )
      .map((preset) => ({ ...preset, useCount: uses.get(preset.presetId) ?? 0 }));
  }

  private async findChangeable(caller: Caller, presetId: string): Promise<Preset> {
    const preset = await this.find(caller, presetId);
    if (preset.visibility === 'builtin') throw presetsErrors.PRESET_BUILT_IN();
    if (!isOwn(caller, preset) && !caller.admin) throw presetsErrors.PRESET_NOT_OWN();
    return preset;
  }
}

function valid(input: PresetInput) {
  const checked = checkPreset(input);
  if ('violations' in checked) throw presetsErrors.PRESET_INVALID({ violations: checked.violations });
  return checked.content;
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
