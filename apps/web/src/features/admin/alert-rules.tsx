import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type AlertRule, deleteV1AdminAlertsRulesId, getV1AdminAlertsRules } from '../../api/gen/api.js';
import { adminStrings, alertStrings as text } from '../../strings/en/admin.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { formatNumber } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { AlertRuleDialog } from './alert-rule-dialog.js';
import { RowActs } from './row-acts.js';

const queryKey = ['admin', 'alerts', 'rules'];

export function AlertRules() {
  const client = useQueryClient();
  const query = useQuery({ queryKey, queryFn: ({ signal }) => getV1AdminAlertsRules({ signal }) });
  const [editing, setEditing] = useState<AlertRule | 'new'>();
  const [deleting, setDeleting] = useState<AlertRule>();
  const refresh = () => client.invalidateQueries({ queryKey: ['admin', 'alerts'] });
  return (
    <Card heading={text.rules} actions={<Button onClick={() => setEditing('new')}>{text.addRule}</Button>}>
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label={text.rules}
            rows={items}
            rowKey={({ id }) => id}
            empty={text.rulesEmpty}
            columns={[
              {
                heading: text.name,
                cell: ({ name, enabled }) => (
                  <span className="flex items-center gap-1.5 font-medium">
                    {name}
                    {!enabled && <Badge>{text.off}</Badge>}
                  </span>
                ),
              },
              { heading: text.kind, cell: ({ kind }) => text.kinds[kind] },
              { heading: text.threshold, numeric: true, cell: ({ threshold }) => formatNumber(threshold) },
              {
                heading: text.window,
                numeric: true,
                cell: ({ window_s: window }) => (window === 0 ? '–' : formatNumber(window)),
              },
              {
                heading: '',
                cell: (rule) =>
                  rule.budget_threshold ? (
                    <span className="text-muted">{text.ofBudgets}</span>
                  ) : (
                    <RowActs name={rule.name} onEdit={() => setEditing(rule)} onDelete={() => setDeleting(rule)} />
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {editing && (
        <AlertRuleDialog
          rule={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => void refresh()}
        />
      )}
      <ConfirmDialog
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={text.deleteRule(deleting?.name ?? '')}
        description={text.deleteRuleDetail}
        confirm={adminStrings.delete}
        onConfirm={async () => {
          if (deleting) await deleteV1AdminAlertsRulesId(deleting.id);
          await refresh();
        }}
      />
    </Card>
  );
}
