import { Layers } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { createStrings as text } from '../../strings/en/create.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { formatName } from '../../ui/format.js';
import { Popover } from '../../ui/popover.js';
import { Loaded } from '../../ui/states.js';
import { usePresets } from './use-catalogue.js';

/** Presets to choose one from. */
export function PresetPicker({
  presetId,
  onChoose,
}: {
  readonly presetId: string | null;
  readonly onChoose: (presetId: string) => void;
}) {
  const presets = usePresets();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const wanted = words.trim().toLowerCase();
  return (
    <Popover
      align="start"
      title={text.choosePreset}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" icon={<Layers className="size-4" aria-hidden />}>
          {text.preset}
        </Button>
      }
    >
      <TextField
        label={text.findPreset}
        hideLabel
        type="search"
        placeholder={text.findPreset}
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      <div className="mt-2">
        <Loaded query={presets}>
          {(all) => {
            const found = all.filter(({ name, prompt_template: template }) =>
              `${name} ${template}`.toLowerCase().includes(wanted),
            );
            if (found.length === 0) return <p className="py-4 text-center text-sm text-muted">{text.noPreset}</p>;
            return (
              <ul className="-mx-2 space-y-0.5">
                {found.map((preset) => (
                  <li key={preset.id}>
                    <button
                      type="button"
                      aria-pressed={preset.id === presetId}
                      onClick={() => {
                        onChoose(preset.id);
                        setOpen(false);
                      }}
                      className="w-full rounded-md px-2 py-1.5 text-left hover:bg-raised aria-pressed:bg-accent-soft"
                    >
                      <span className="flex items-center justify-between gap-2">
                        <span className="min-w-0 truncate text-sm font-medium">{preset.name}</span>
                        <Badge>{formatName(preset.category)}</Badge>
                      </span>
                      <span className="line-clamp-2 text-xs text-muted">{preset.prompt_template}</span>
                    </button>
                  </li>
                ))}
              </ul>
            );
          }}
        </Loaded>
      </div>
      <Link href="/presets" className="mt-2 inline-block text-sm text-accent underline">
        {text.allPresets}
      </Link>
    </Popover>
  );
}
