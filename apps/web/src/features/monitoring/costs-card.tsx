import { useState } from 'react';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Card } from '../../ui/card.js';
import { SelectField } from '../../ui/field.js';
import { formatDollars, formatName, formatNumber } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { BarList } from './bar-list.js';
import { type CostGrouping, useCosts } from './use-monitoring.js';

const groups = ['day', 'model', 'provider', 'workflow', 'user'] as const satisfies readonly CostGrouping[];
const choices = groups.map((value) => ({ value, label: text.groups[value] }));
const shown = 12;

/** Money by what it was spent on. */
export function CostsCard() {
  const [groupBy, setGroupBy] = useState<CostGrouping>('model');
  return (
    <Card
      heading={text.costs}
      className="min-w-0"
      actions={<SelectField label={text.groupBy} hideLabel value={groupBy} choices={choices} onChoose={setGroupBy} />}
    >
      <Loaded query={useCosts(groupBy)}>
        {(costs) => (
          <>
            <p className="mb-3 text-sm text-muted">{text.costsHint(formatDollars(costs.total_cost))}</p>
            <BarList
              color="var(--chart-3)"
              empty={text.noCosts}
              items={costs.groups.slice(0, shown).map(({ key, generations, avg_cost, total_cost }) => ({
                key,
                label: labelOf(key, costs.group_by),
                value: total_cost,
                note: text.ofGenerations(
                  formatNumber(generations),
                  avg_cost === null ? undefined : formatDollars(avg_cost),
                ),
                said: formatDollars(total_cost),
              }))}
            />
            {costs.groups.length > shown && (
              <p className="mt-3 text-sm text-muted">{text.more(formatNumber(costs.groups.length - shown))}</p>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function labelOf(key: string, groupBy: CostGrouping): string {
  if (key === '') return text.unnamed;
  return groupBy === 'workflow' ? formatName(key) : key;
}
