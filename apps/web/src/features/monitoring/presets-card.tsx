import { Link } from 'wouter';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Card } from '../../ui/card.js';
import { formatNumber } from '../../ui/format.js';
import { BarList } from './bar-list.js';
import type { Dashboard } from './use-monitoring.js';

export function PresetsCard({ presets }: { readonly presets: Dashboard['popular_presets'] }) {
  return (
    <Card heading={text.presets}>
      <p className="mb-3 text-sm text-muted">{text.presetsHint}</p>
      <BarList
        color="var(--chart-5)"
        empty={text.noPresets}
        items={presets.map(({ id, name, uses }) => ({
          key: id,
          label: (
            <Link href={`/?preset=${encodeURIComponent(id)}`} className="underline-offset-2 hover:underline">
              {name}
            </Link>
          ),
          value: uses,
          said: text.uses(formatNumber(uses)),
        }))}
      />
    </Card>
  );
}
