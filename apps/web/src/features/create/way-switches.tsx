import { settings, useSettings } from '../../settings/settings.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Segmented } from '../../ui/segmented.js';

/** How prompts are read, and what matters most when a model is chosen. Both are kept in this browser. */
export function WaySwitches() {
  const { useAi, quality } = useSettings();
  return (
    <div className="mb-4 flex flex-wrap justify-between gap-2">
      <Segmented
        label={text.way}
        value={useAi ? 'ai' : 'classic'}
        choices={[
          { value: 'ai', label: text.ai },
          { value: 'classic', label: text.classic },
        ]}
        onChoose={(way) => settings.set({ useAi: way === 'ai' })}
      />
      <Segmented
        label={text.quality}
        value={quality}
        choices={(['speed', 'balanced', 'quality'] as const).map((value) => ({
          value,
          label: text.qualities[value],
        }))}
        onChoose={(next) => settings.set({ quality: next })}
      />
    </div>
  );
}
