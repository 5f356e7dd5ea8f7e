import type { AlertDb } from './alert-tables.js';

const dayMs = 86_400_000;
/** A rate looks back a day at most. */
const signalsKeptMs = 2 * dayMs;
const alertsKeptMs = 90 * dayMs;

/** Deletes what no rule looks at any more, and alerts that ended long ago with their messages. */
export async function sweepAlerts(db: AlertDb, now: Date): Promise<void> {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  await db.deleteFrom('signal_minutes').where('minute', '<', before(signalsKeptMs)).execute();
  await db.deleteFrom('spools').where('report_time', '<', before(dayMs)).execute();
  await db.deleteFrom('alerts').where('end_time', '<', before(alertsKeptMs)).execute();
}
