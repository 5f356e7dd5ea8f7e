const dayMs = 86_400_000;

/** The moment before which nothing is kept; undefined when everything is. */
export function keptSince(now: Date, retentionDays: number): Date | undefined {
  return retentionDays > 0 ? new Date(now.getTime() - retentionDays * dayMs) : undefined;
}

/** The moment before which rows are deleted: a day later than they are refused, so that no clock that is behind brings one back. */
export function deletedBefore(now: Date, retentionDays: number): Date | undefined {
  return retentionDays > 0 ? new Date(now.getTime() - (retentionDays + 1) * dayMs) : undefined;
}

/** Rollups by the moment before which their rows of minutes are deleted: windows of a week read some, charts those of a day. */
export function minutesKept(now: Date): readonly (readonly [tables: readonly string[], oldest: Date])[] {
  const ago = (days: number): Date => new Date(now.getTime() - days * dayMs);
  return [
    [['intent_analytics', 'feedback_analytics', 'provider_analytics'], ago(8)],
    [['job_analytics', 'endpoint_analytics', 'cost_analytics'], ago(2)],
  ];
}
