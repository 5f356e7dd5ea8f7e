import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { formatNumber } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { formatMilliseconds } from './charts.js';
import { useEndpoints } from './use-monitoring.js';

/** REST endpoints by calls, with how long they take and how often they refuse. */
export function EndpointsCard() {
  return (
    <Card heading={text.endpoints} className="min-w-0">
      <Loaded query={useEndpoints()}>
        {({ endpoints }) => (
          <DataTable
            label={text.endpoints}
            rows={endpoints}
            rowKey={({ method, path }) => `${method} ${path}`}
            empty={text.noEndpoints}
            columns={[
              {
                heading: text.endpoint,
                cell: ({ method, path }) => (
                  <code className="whitespace-nowrap">
                    <span className="text-muted">{method}</span> {path}
                  </code>
                ),
              },
              { heading: text.count, numeric: true, cell: ({ count }) => formatNumber(count) },
              { heading: text.refused, numeric: true, cell: (row) => formatNumber(row.error_count) },
              { heading: text.averageTime, numeric: true, cell: (row) => formatMilliseconds(row.avg_response_time) },
              { heading: text.p95Column, numeric: true, cell: (row) => formatMilliseconds(row.p95_response_time) },
              {
                heading: text.lastCalled,
                cell: (row) =>
                  row.last_accessed ? <TimeAgo iso={row.last_accessed} className="whitespace-nowrap" /> : text.none,
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}
