import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import { canSee, type Preset } from './preset.js';
import type { PresetRepository } from './preset-repository.js';
import type { PopularFilter, PresetUseRepository, UseCount } from './preset-use.js';
import { dayOf } from './preset-uses.js';
import type { VisiblePresets } from './visible-presets.js';

const defaultLimit = 10;
const largestLimit = 100;
const mostDays = 365;
const dayMs = 86_400_000;

/** Whose popularity is asked for. */
export interface PopularQuery {
  /** `image`, `video` or empty. */
  readonly category: string;
  /** 1..100, 10 for 0. */
  readonly limit: number;
  /** 1..365 days with today (UTC); 0 for all there were. */
  readonly days: number;
}

/** Presets by how often they are really used. */
export class PopularPresets {
  constructor(
    private readonly visible: VisiblePresets,
    private readonly repository: Pick<PresetRepository, 'findAll'>,
    private readonly uses: Pick<PresetUseRepository, 'popular' | 'builtInUses'>,
    private readonly now: () => Date,
  ) {}

  /** Most used first, then by id; only what the caller can see. @throws PRESET_INVALID */
  async list(caller: Caller, query: PopularQuery): Promise<{ preset: Preset; uses: number }[]> {
    check(query);
    const limit = query.limit || defaultLimit;
    const since = query.days === 0 ? undefined : dayOf(new Date(this.now().getTime() - (query.days - 1) * dayMs));
    const filter: PopularFilter = {
      limit,
      ...(caller.admin ? {} : { privateOf: caller.userId }),
      ...(query.category === 'image' || query.category === 'video' ? { category: query.category } : {}),
      ...(since ? { since } : {}),
    };
    const [own, builtIns, ever] = await Promise.all([
      this.uses.popular(filter),
      this.uses.builtInUses(since),
      since ? this.uses.builtInUses() : undefined,
    ]);
    const counted = [...builtIns].flatMap(([presetId, uses]) => this.#ofBuiltIn(presetId, uses, filter));
    const ranked = [...own, ...counted].sort(byUse).slice(0, limit);
    const stored = await this.repository.findAll(ranked.map(({ presetId }) => presetId));
    const byId = new Map(stored.map((preset) => [preset.presetId, preset]));
    return ranked.flatMap(({ presetId, uses }) => {
      const builtIn = this.visible.builtIns.get(presetId);
      const preset = builtIn ? { ...builtIn, useCount: (ever ?? builtIns).get(presetId) ?? uses } : byId.get(presetId);
      // It may have become private since it was counted.
      return preset && canSee(caller, preset) ? [{ preset, uses }] : [];
    });
  }

  #ofBuiltIn(presetId: string, uses: number, { category }: PopularFilter): UseCount[] {
    const preset = this.visible.builtIns.get(presetId);
    return preset && (!category || preset.category === category) ? [{ presetId, uses }] : [];
  }
}

function byUse(one: UseCount, other: UseCount): number {
  return other.uses - one.uses || (one.presetId < other.presetId ? -1 : 1);
}

function check({ category, limit, days }: PopularQuery): void {
  const inside = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
  const violations = [
    ...(['', 'image', 'video'].includes(category) ? [] : [{ field: 'category', message: 'must be image or video' }]),
    ...(inside(limit, largestLimit) ? [] : [{ field: 'limit', message: `must be 1 to ${largestLimit}` }]),
    ...(inside(days, mostDays) ? [] : [{ field: 'days', message: `must be 1 to ${mostDays}` }]),
  ];
  if (violations.length > 0)
    throw presetsErrors.PRESET_INVALID({ message: 'Presets can’t be listed that way.', violations });
}
