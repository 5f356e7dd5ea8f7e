import type { FieldViolation } from '@atelier/errors';

/** What an operator decided about a provider, or about one of its models. */
export interface ControlSettings {
  /** False: never asked for new work. */
  readonly enabled: boolean;
  /** 0..1000; undefined: not decided here. */
  readonly weight?: number;
  /** -1000..1000, higher first; undefined: not decided here. */
  readonly priority?: number;
  readonly updateUser: string;
  readonly updateTimeMs?: number;
}

/** A decision and what it is about; an empty model is the provider as a whole. */
export interface StoredControl extends ControlSettings {
  readonly provider: string;
  readonly modelId: string;
}

/** A change of a decision; what is undefined stays, null is forgotten. */
export interface ControlChange {
  /** Empty for the provider as a whole. */
  readonly modelId: string;
  readonly enabled?: boolean;
  readonly weight?: number | null;
  readonly priority?: number | null;
}

/** What becomes of a circuit. */
export type CircuitAction = 'force_open' | 'force_close' | 'reset';

/** What was decided about a circuit; an empty model means all of the provider. */
export interface StoredHold {
  readonly provider: string;
  readonly modelId: string;
  readonly held?: 'open' | 'closed';
  /** Grows with every reset, so that each replica carries it out once. */
  readonly resets: number;
}

/** Everything that was decided, as one replica knows it. */
export interface ProviderDecisions {
  readonly settings: readonly StoredControl[];
  readonly holds: readonly StoredHold[];
}

/** Before anybody decides anything. */
export const undecided: ControlSettings = { enabled: true, updateUser: '' };

/** What holds for a model: both it and its provider are on; its own weight and priority come before its provider's. */
export function controlOf(
  decisions: Pick<ProviderDecisions, 'settings'>,
  provider: string,
  modelId: string,
): Pick<ControlSettings, 'enabled' | 'weight' | 'priority'> {
  const about = (id: string) =>
    decisions.settings.find((setting) => setting.provider === provider && setting.modelId === id) ?? undecided;
  const [whole, own] = [about(''), about(modelId)];
  const weight = own.weight ?? whole.weight;
  const priority = own.priority ?? whole.priority;
  return {
    enabled: whole.enabled && own.enabled,
    ...(weight === undefined ? {} : { weight }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** How a model's circuit is held: by what was decided about it, else about its provider. */
export function holdOf(
  decisions: Pick<ProviderDecisions, 'holds'>,
  provider: string,
  modelId: string,
): 'open' | 'closed' | undefined {
  const about = (id: string) => decisions.holds.find((hold) => hold.provider === provider && hold.modelId === id)?.held;
  return about(modelId) ?? about('');
}

const widest = { weight: [0, 1_000], priority: [-1_000, 1_000] } as const;

/** Everything that is wrong with changes of a provider's settings, by field. */
export function controlViolations(
  changes: readonly ControlChange[],
  isModelOf: (modelId: string) => boolean,
): FieldViolation[] {
  const violations: FieldViolation[] = [];
  if (changes.length === 0 || changes.length > 100)
    violations.push({ field: 'changes', message: 'must have 1 to 100 items' });
  const seen = new Set<string>();
  for (const change of changes) {
    const { modelId } = change;
    const field = (name: string): string => (modelId === '' ? name : `models.${modelId}.${name}`);
    if (seen.has(modelId)) violations.push({ field: field('model_id'), message: 'is given twice' });
    else if (modelId !== '' && !isModelOf(modelId))
      violations.push({ field: field('model_id'), message: 'is no model of this provider' });
    seen.add(modelId);
    for (const name of ['weight', 'priority'] as const) {
      const [least, most] = widest[name];
      const value = change[name] ?? least;
      if (!Number.isSafeInteger(value) || value < least || value > most)
        violations.push({ field: field(name), message: `must be a whole number from ${least} to ${most}` });
    }
  }
  return violations;
}
