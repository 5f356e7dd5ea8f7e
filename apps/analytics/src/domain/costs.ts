/** What the costs are grouped by. */
export type CostGrouping = 'user' | 'model' | 'provider' | 'workflow' | 'day';

/** Money and generations of one group. */
export interface CostGroup {
  readonly key: string;
  readonly generations: number;
  readonly successes: number;
  readonly totalCostMicros: number;
}

/** Groups, and what all of them cost, also those that are not listed. */
export interface GroupedCosts {
  readonly totalCostMicros: number;
  readonly groups: readonly CostGroup[];
}

/** Sums of one provider, model and workflow in an epoch. */
export interface CostSums extends Omit<CostGroup, 'key'> {
  readonly provider: string;
  readonly model: string;
  readonly workflow: string;
}

/** Adds up by one name, dearest first. */
export function costsBy(rows: readonly CostSums[], name: 'provider' | 'model' | 'workflow'): CostGroup[] {
  const groups = new Map<string, CostGroup>();
  for (const row of rows) {
    const key = row[name];
    const group = groups.get(key) ?? { key, generations: 0, successes: 0, totalCostMicros: 0 };
    groups.set(key, {
      key,
      generations: group.generations + row.generations,
      successes: group.successes + row.successes,
      totalCostMicros: group.totalCostMicros + row.totalCostMicros,
    });
  }
  return [...groups.values()].sort((a, b) => b.totalCostMicros - a.totalCostMicros || (a.key < b.key ? -1 : 1));
}
