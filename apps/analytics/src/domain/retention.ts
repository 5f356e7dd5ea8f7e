const dayMs = 86_400_000;

/** The moment before which nothing is kept; undefined when everything is. */
export function keptSince(now: Date, retentionDays: number): Date | undefined {
  return retentionDays > 0 ? new Date(now.getTime() - retentionDays * dayMs) : undefined;
}

/** The moment before which rows are deleted: a day later than they are refused, so that no clock that is behind brings one back. */
export function deletedBefore(now: Date, retentionDays: number): Date | undefined {
  return retentionDays > 0 ? new Date(now.getTime() - (retentionDays + 1) * dayMs) : undefined;
}
