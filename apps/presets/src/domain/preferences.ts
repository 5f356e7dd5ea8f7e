import type { GenerationParameters } from '@atelier/contracts/creative/v1';
import type { Workflow } from '@atelier/model-catalog';

/** What a user wishes for wherever a request and its preset say nothing. What is absent is no wish. */
export interface Preferences {
  readonly quality?: 'speed' | 'balanced' | 'quality' | undefined;
  readonly provider?: string | undefined;
  /** Models by workflow. */
  readonly models: Partial<Readonly<Record<Workflow, string>>>;
  /** Soft parameters. */
  readonly parameters: GenerationParameters;
  /** False: prompts are routed by keywords. */
  readonly aiEnabled: boolean;
  /** Own past prompts may be suggested again. */
  readonly suggestFromHistory: boolean;
}

/** Preferences as they are kept. */
export interface StoredPreferences extends Preferences {
  /** Counts up with every change, from 1. */
  readonly version: number;
  readonly createTime: Date;
  readonly updateTime: Date;
}

/** Of everybody who never set any. */
export const defaultPreferences: Preferences = {
  models: {},
  parameters: {},
  aiEnabled: true,
  suggestFromHistory: false,
};

/** Strong entity tag of preferences (RFC 9110), quotes included; the defaults have one too. */
export function preferencesTag(stored: StoredPreferences | undefined): string {
  return stored ? `"${stored.version}-${stored.createTime.getTime().toString(36)}"` : '"defaults"';
}
