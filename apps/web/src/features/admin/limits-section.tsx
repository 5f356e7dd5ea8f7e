import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteV1AdminLimitsScopeSubject, getV1AdminLimits, type LimitRule } from '../../api/gen/api.js';
import { adminStrings, limitStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { formatName, formatNumber } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { LimitDialog } from './limit-dialog.js';
import { RowActs } from './row-acts.js';

const queryKey = ['admin', 'limits'];
const amount = (value: number | null) => (value === null ? text.noLimit : formatNumber(value));

export function LimitsSection() {
  const client = useQueryClient();
  const query = useQuery({ queryKey, queryFn: ({ signal }) => getV1AdminLimits({ limit: 100 }, { signal }) });
  const [editing, setEditing] = useState<LimitRule | 'new'>();
  const [deleting, setDeleting] = useState<LimitRule>();
  const refresh = () => client.invalidateQueries({ queryKey });
  return (
    <Card
      heading={adminStrings.sections.limits}
      actions={
        <Button look="primary" onClick={() => setEditing('new')}>
          {text.add}
        </Button>
      }
    >
      <p className="mb-4 text-sm text-muted">{text.detail}</p>
      <Loaded query={query}>
        {({ items, defaults }) => (
          <div className="space-y-5">
            <div>
              <h3 className="mb-1">{text.defaults}</h3>
              <DataTable
                label={text.defaults}
                rows={Object.entries(defaults)}
                rowKey={([scope]) => scope}
                empty={text.noLimit}
                columns={[
                  { heading: text.scope, cell: ([scope]) => formatName(scope) },
                  { heading: text.perMinute, numeric: true, cell: ([, rates]) => amount(rates.requests_per_minute) },
                  { heading: text.perHour, numeric: true, cell: ([, rates]) => amount(rates.requests_per_hour) },
                ]}
              />
            </div>
            <div>
              <h3 className="mb-1">{text.label}</h3>
              <DataTable
                label={text.label}
                rows={items}
                rowKey={({ scope, subject }) => `${scope} ${subject}`}
                empty={text.empty}
                columns={[
                  { heading: text.scope, cell: ({ scope }) => text.scopes[scope] },
                  { heading: text.subject, cell: ({ subject }) => <code className="break-all">{subject}</code> },
                  { heading: text.perMinute, numeric: true, cell: (rule) => amount(rule.requests_per_minute) },
                  { heading: text.perHour, numeric: true, cell: (rule) => amount(rule.requests_per_hour) },
                  { heading: text.changed, cell: ({ updated_at: at }) => <TimeAgo iso={at} /> },
                  {
                    heading: '',
                    cell: (rule) => (
                      <RowActs name={rule.subject} onEdit={() => setEditing(rule)} onDelete={() => setDeleting(rule)} />
                    ),
                  },
                ]}
              />
            </div>
          </div>
        )}
      </Loaded>
      {editing && (
        <LimitDialog
          rule={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => void refresh()}
        />
      )}
      <ConfirmDialog
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={text.deleteTitle(deleting?.subject ?? '')}
        description={text.deleteDetail}
        confirm={adminStrings.delete}
        onConfirm={async () => {
          if (deleting) await deleteV1AdminLimitsScopeSubject(deleting.scope, deleting.subject);
          await refresh();
        }}
      />
    </Card>
  );
}
