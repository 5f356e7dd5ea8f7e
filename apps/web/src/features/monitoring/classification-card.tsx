import type { getMonitoringStatsClassification } from '../../api/gen/api.js';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Card } from '../../ui/card.js';
import { formatName, formatNumber, formatPercent } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { BarList } from './bar-list.js';
import { useClassification } from './use-monitoring.js';
import { classificationWindow, type Window } from './windows.js';

type Stats = Awaited<ReturnType<typeof getMonitoringStatsClassification>>;
const confusionsShown = 5;

/** What plans were for, who classified them, and where users said that it was wrong. */
export function ClassificationCard({ window }: { readonly window: Window }) {
  const query = useClassification(window);
  return (
    <Card heading={text.mix}>
      <Loaded query={query}>
        {(stats) => (
          <div className="space-y-5">
            <p className="text-sm text-muted">
              {text.mixHint(text.windowNames[query.data?.window ?? classificationWindow[window]])}
            </p>
            <BarList items={shares(stats.by_workflow, formatName)} empty={text.noPlans} />
            {stats.classifications > 0 && (
              <div>
                <h3 className="mb-2">{text.sources}</h3>
                <BarList items={shares(stats.by_source, text.source)} empty={text.noPlans} color="var(--chart-2)" />
              </div>
            )}
            <Confusions stats={stats} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Confusions({ stats }: { readonly stats: Stats }) {
  const wrong = stats.confusions
    .filter(({ workflow_type, expected_workflow }) => expected_workflow && workflow_type !== expected_workflow)
    .slice(0, confusionsShown);
  if (stats.feedback_count === 0) return null;
  return (
    <div>
      <h3>{text.confusions}</h3>
      <p className="mb-2 text-sm text-muted">{text.judged(formatNumber(stats.feedback_count))}</p>
      {wrong.length === 0 && <p className="text-sm">{text.noConfusions}</p>}
      <ul className="space-y-1 text-sm">
        {wrong.map(({ workflow_type, expected_workflow, count }) => (
          <li key={`${workflow_type} ${expected_workflow}`} className="flex justify-between gap-3">
            <span>{text.confusion(formatName(workflow_type), formatName(expected_workflow).toLowerCase())}</span>
            <span className="font-medium tabular-nums">{formatNumber(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function shares(counts: Readonly<Record<string, number>>, name: (key: string) => string) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([key, count]) => ({
      key,
      label: name(key),
      value: count,
      note: formatNumber(count),
      said: formatPercent(count / all),
    }));
}
