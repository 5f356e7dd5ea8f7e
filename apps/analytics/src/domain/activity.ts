/** Something that was done, as it is now. */
export interface Activity {
  readonly type: 'image' | 'video' | 'workflow' | 'playground';
  readonly status: string;
  readonly title: string;
  readonly at: Date;
  readonly id: string;
}

/** An error that was reported. */
export interface RecentError {
  readonly at: Date;
  readonly service: string;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  readonly path: string;
}

/** Each generation and job once, by what was heard of it last; newest first. */
export function latestActivities(heard: readonly Activity[], limit: number): Activity[] {
  const latest = new Map<string, Activity>();
  for (const activity of heard.toSorted((a, b) => b.at.getTime() - a.at.getTime())) {
    const key = activity.id === '' ? `${latest.size}` : `${activity.type}\n${activity.id}`;
    if (!latest.has(key)) latest.set(key, activity);
  }
  return [...latest.values()].slice(0, limit);
}
