import { useState } from 'react';
import type { CostGroup } from '../../api/gen/api.js';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Card } from '../../ui/card.js';
import { SelectField } from '../../ui/field.js';
import { formatDollars, formatName, formatNumber } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { BarList } from './bar-list.js';
import { type CostGrouping, type Dashboard, useCosts } from './use-monitoring.js';

const groupings = ['model', 'provider', 'workflow', 'day', 'user'] as const satisfies readonly CostGrouping[];
const choices = groupings.map((value) => ({ value, label: text.groups[value] }));
const shown = 12;

/** Money by what it was spent on. The dashboard itself has three of the groupings, to the last event. */
export function CostsCard({ costs }: { readonly costs: Dashboard['costs'] }) {
  const [groupBy, setGroupBy] = useState<CostGrouping>('model');
  return (
    <Card
      heading={text.costs}
      className="min-w-0"
      actions={<SelectField label={text.groupBy} hideLabel value={groupBy} choices={choices} onChoose={setGroupBy} />}
    >
      {groupBy === 'day' || groupBy === 'user' ? (
        <AskedCosts groupBy={groupBy} />
      ) : (
        <>
          <p className="mb-3 text-sm text-muted">{text.costsHint(formatDollars(costs.total_cost))}</p>
          <Groups groups={costs[`by_${groupBy}`]} groupBy={groupBy} />
        </>
      )}
    </Card>
  );
}

function AskedCosts({ groupBy }: { readonly groupBy: CostGrouping }) {
  return (
    <Loaded query={useCosts(groupBy)}>
      {({ total_cost, groups, group_by }) => (
        <>
          <p className="mb-3 text-sm text-muted">{text.olderCostsHint(formatDollars(total_cost))}</p>
          <Groups groups={groups} groupBy={group_by} />
        </>
      )}
    </Loaded>
  );
}

function Groups({ groups, groupBy }: { readonly groups: readonly CostGroup[]; readonly groupBy: CostGrouping }) {
  return (
    <>
      <BarList
        color="var(--chart-3)"
        empty={text.noCosts}
        items={groups.slice(0, shown).map(({ key, generations, avg_cost, total_cost }) => ({
          key,
          label: labelOf(key, groupBy),
          value: total_cost,
          note: text.ofGenerations(formatNumber(generations), avg_cost === null ? undefined : formatDollars(avg_cost)),
          said: formatDollars(total_cost),
        }))}
      />
      {groups.length > shown && (
        <p className="mt-3 text-sm text-muted">{text.more(formatNumber(groups.length - shown))}</p>
      )}
    </>
  );
}

function labelOf(key: string, groupBy: CostGrouping): string {
  if (key === '') return text.unnamed;
  return groupBy === 'workflow' ? formatName(key) : key;
}
