import type { AlertDb, AlertTables, DeliveryState } from './alert-tables.js';

/** Something that is or was wrong, with what people were told. */
export type ListedAlert = AlertTables['alerts'] & {
  readonly deliveries: readonly {
    readonly channel_id: string;
    readonly news: string;
    readonly state: DeliveryState;
    readonly attempts: number;
    readonly last_error: string;
  }[];
};

const mostDeliveries = 100;

/** A page of alerts, newest first, after the one with the id `before`. */
export async function listAlerts(
  db: AlertDb,
  page: { readonly limit: number; readonly before: string | undefined; readonly onlyOpen: boolean },
): Promise<ListedAlert[]> {
  let query = db.selectFrom('alerts').selectAll().orderBy('alert_id', 'desc').limit(page.limit);
  if (page.before) query = query.where('alert_id', '<', page.before);
  if (page.onlyOpen) query = query.where('end_time', 'is', null);
  const alerts = await query.execute();
  if (alerts.length === 0) return [];
  const deliveries = await db
    .selectFrom('alert_deliveries')
    .select(['alert_id', 'channel_id', 'news', 'state', 'attempts', 'last_error'])
    .where(
      'alert_id',
      'in',
      alerts.map(({ alert_id }) => alert_id),
    )
    .orderBy('delivery_id')
    .execute();
  return alerts.map((alert) => ({
    ...alert,
    deliveries: deliveries.filter(({ alert_id }) => alert_id === alert.alert_id).slice(0, mostDeliveries),
  }));
}
