import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { formatTarget } from './format-target.js';
import type { Dashboard } from './use-monitoring.js';

type Target = Dashboard['targets']['success'][number];

/** What was promised, what is reached of it, and whether that is enough. */
export function TargetsCard({ targets }: { readonly targets: Dashboard['targets'] }) {
  return (
    <Card heading={text.targets}>
      <div className="space-y-5">
        <Group heading={text.targetsSystem} targets={targets.success} />
        <Group heading={text.targetsBusiness} targets={targets.business} />
      </div>
    </Card>
  );
}

function Group({ heading, targets }: { readonly heading: string; readonly targets: readonly Target[] }) {
  return (
    <div>
      <h3 className="mb-1">{heading}</h3>
      <ul className="divide-y divide-line text-sm">
        {targets.map((target) => (
          <li key={target.name} className="flex items-center justify-between gap-3 py-2">
            <div className="min-w-0">
              <p>{text.target(target.name)}</p>
              <p className="text-xs text-muted">{text[target.direction](formatTarget(target.name, target.target))}</p>
            </div>
            <div className="flex shrink-0 items-center gap-2.5">
              {target.value !== null && (
                <span className="font-medium tabular-nums">{formatTarget(target.name, target.value)}</span>
              )}
              <Verdict met={target.met} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Verdict({ met }: { readonly met: boolean | null }) {
  if (met === null) return <Badge>{text.unknown}</Badge>;
  return met ? <Badge tone="success">{text.met}</Badge> : <Badge tone="danger">{text.missed}</Badge>;
}
