import type { Variant } from './assign-variant.js';

/** What is compared. */
export interface ExperimentSettings {
  readonly versionA: number;
  readonly versionB: number;
  /** 0..1: how many of the users get version b. */
  readonly share: number;
}

/** Two versions of a preset being compared. */
export interface PresetExperiment extends ExperimentSettings {
  readonly experimentId: string;
  readonly presetId: string;
  readonly startTime: Date;
}

/** Why a caller gets the version that he gets. */
export interface PresetAssignment {
  readonly experimentId: string;
  readonly variant: Variant;
  readonly version: number;
}

/** Keeps experiments: at most one under way for a preset. */
export interface PresetExperimentRepository {
  underWay(presetId: string): Promise<PresetExperiment | undefined>;
  /**
   * Starts an experiment and ends the one before; one with the same settings goes on and is answered. `gone` when the
   * preset, and `version_gone` when one of the versions is not kept any more.
   */
  start(experiment: PresetExperiment, builtIn: boolean): Promise<PresetExperiment | 'gone' | 'version_gone'>;
  /** False when none is under way. */
  end(presetId: string, endTime: Date): Promise<boolean>;
}
