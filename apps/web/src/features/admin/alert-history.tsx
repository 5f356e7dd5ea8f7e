import { useState } from 'react';
import { type Alert, getV1AdminAlerts } from '../../api/gen/api.js';
import { alertStrings as text } from '../../strings/en/admin.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { formatNumber } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { Switch } from '../../ui/switch.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { MoreButton } from './more-button.js';
import { usePages } from './use-pages.js';

export function AlertHistory() {
  const [onlyOpen, setOnlyOpen] = useState(false);
  const alerts = usePages<Alert>(['admin', 'alerts', 'history', onlyOpen], ({ cursor, signal }) =>
    getV1AdminAlerts({ limit: 20, ...(cursor ? { cursor } : {}), ...(onlyOpen ? { open: 'true' } : {}) }, { signal }),
  );
  return (
    <Card heading={text.alerts} actions={<Switch label={text.onlyOpen} checked={onlyOpen} onChange={setOnlyOpen} />}>
      <Loaded query={alerts}>
        {(rows) => (
          <DataTable
            label={text.alerts}
            rows={rows}
            rowKey={({ id }) => id}
            empty={text.alertsEmpty}
            columns={[
              { heading: text.what, cell: ({ rule_name: name }) => <span className="font-medium">{name}</span> },
              { heading: text.subject, cell: ({ subject }) => subject || '–' },
              { heading: text.value, numeric: true, cell: ({ value }) => formatNumber(value) },
              { heading: text.threshold, numeric: true, cell: ({ threshold }) => formatNumber(threshold) },
              { heading: text.started, cell: ({ started_at: at }) => <TimeAgo iso={at} /> },
              {
                heading: text.ended,
                cell: ({ ended_at: at }) => (at ? <TimeAgo iso={at} /> : <Badge tone="danger">{text.goesOn}</Badge>),
              },
              {
                heading: text.told,
                cell: ({ deliveries }) => (
                  <span title={deliveries.flatMap(({ error }) => error ?? []).join('; ')}>
                    {text.toldCount(
                      deliveries.filter(({ status }) => status === 'delivered').length,
                      deliveries.length,
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <MoreButton more={alerts.more} busy={alerts.loadingMore} />
    </Card>
  );
}
