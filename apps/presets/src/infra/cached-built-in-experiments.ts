import { LRUCache } from 'lru-cache';
import type { PresetExperiment, PresetExperimentRepository } from '../domain/preset-experiment.js';

/** How long another process may go on with an experiment that was started or ended here. */
const staleMs = 5_000;

/** Spares plans with a built-in preset, which need no SQL otherwise, the question whether it is being compared. */
export class CachedBuiltInExperiments implements PresetExperimentRepository {
  private readonly known: LRUCache<string, { readonly experiment: PresetExperiment | undefined }>;
  /** Counts changes: what was read before one must not be kept after it. */
  private changes = 0;

  constructor(
    private readonly repository: PresetExperimentRepository,
    private readonly builtIns: ReadonlySet<string>,
  ) {
    this.known = new LRUCache({ max: 100, ttl: staleMs });
  }

  async underWay(presetId: string): Promise<PresetExperiment | undefined> {
    if (!this.builtIns.has(presetId)) return this.repository.underWay(presetId);
    const known = this.known.get(presetId);
    if (known) return known.experiment;
    const before = this.changes;
    const experiment = await this.repository.underWay(presetId);
    if (before === this.changes) this.known.set(presetId, { experiment });
    return experiment;
  }

  start(experiment: PresetExperiment, builtIn: boolean): Promise<PresetExperiment | 'gone' | 'version_gone'> {
    return this.changing(experiment.presetId, () => this.repository.start(experiment, builtIn));
  }

  end(presetId: string, endTime: Date): Promise<boolean> {
    return this.changing(presetId, () => this.repository.end(presetId, endTime));
  }

  private async changing<Result>(presetId: string, change: () => Promise<Result>): Promise<Result> {
    try {
      return await change();
    } finally {
      this.changes += 1;
      this.known.delete(presetId);
    }
  }
}
