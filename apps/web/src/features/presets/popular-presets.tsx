import { TrendingUp } from 'lucide-react';
import { useState } from 'react';
import type { Preset } from '../../api/gen/api.js';
import { presetsStrings as text } from '../../strings/en/presets.js';
import { Segmented } from '../../ui/segmented.js';
import { type PopularWindow, usePopularPresets } from './use-presets.js';

const windows = (['week', 'month', 'all'] as const).map((value) => ({ value, label: text.windows[value] }));

/** The presets that are used most; nothing at all before any was used, or while it is not known. */
export function PopularPresets({ onOpen }: { readonly onOpen: (preset: Preset) => void }) {
  const [window, setWindow] = useState<PopularWindow>('month');
  const ever = usePopularPresets('all').data;
  const { data } = usePopularPresets(window);
  if (!ever || ever.presets.length === 0 || !data) return null;
  return (
    <section aria-labelledby="popular-presets" className="mb-6">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 id="popular-presets" className="flex items-center gap-2">
          <TrendingUp className="size-4.5 text-muted" aria-hidden />
          {text.popular}
        </h2>
        <Segmented label={text.popularWindow} value={window} choices={windows} onChoose={setWindow} />
      </div>
      {data.presets.length === 0 ? (
        <p className="text-sm text-muted">{text.nobody}</p>
      ) : (
        <ol className="grid gap-2 sm:grid-cols-2 lg:grid-cols-5">
          {data.presets.map((preset, at) => (
            <li key={preset.id}>
              <button
                type="button"
                onClick={() => onOpen(preset)}
                className="flex w-full items-center gap-3 rounded-lg border border-line bg-surface px-3 py-2 text-left hover:bg-raised"
              >
                <span className="text-lg font-semibold text-muted tabular-nums" aria-hidden>
                  {at + 1}
                </span>
                <span className="min-w-0">
                  <span className="block truncate text-sm font-medium">{preset.name}</span>
                  <span className="block text-xs text-muted">{text.uses(preset.uses)}</span>
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
