import { Clapperboard, Copy, Ellipsis, History, Image, Link2, Pencil, Play, Trash2 } from 'lucide-react';
import { Link } from 'wouter';
import type { Preset } from '../../api/gen/api.js';
import { presetsStrings as text } from '../../strings/en/presets.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { Menu, type MenuEntry } from '../../ui/menu.js';
import { ParameterChips } from './parameter-chips.js';
import { TemplateText } from './template-text.js';
import { VisibilityBadge } from './visibility-badge.js';

/** What can be done with a preset of the list. */
export interface PresetActs {
  readonly onOpen: (preset: Preset, part?: 'try' | 'versions' | 'share') => void;
  readonly onEdit: (preset: Preset) => void;
  readonly onDuplicate: (preset: Preset) => void;
  readonly onRemove: (preset: Preset) => void;
}

/** Where Create begins with a preset. */
export function createAddress(preset: string, prompt?: string): string {
  return `/?${new URLSearchParams({ preset, ...(prompt ? { prompt } : {}) })}`;
}

export function PresetCard({ preset, acts }: { readonly preset: Preset; readonly acts: PresetActs }) {
  const Kind = preset.category === 'video' ? Clapperboard : Image;
  return (
    <article className="flex h-full flex-col gap-3 rounded-card border border-line bg-surface p-4 transition-shadow focus-within:shadow-md hover:shadow-md">
      <header className="flex items-start gap-3">
        <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent-soft text-accent-strong">
          <Kind className="size-4.5" aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <h3 className="leading-snug">
            <button
              type="button"
              aria-label={text.open(preset.name)}
              className="max-w-full rounded text-left break-words hover:underline"
              onClick={() => acts.onOpen(preset)}
            >
              {preset.name}
            </button>
          </h3>
          <p className="text-xs text-muted">
            {preset.category === 'video' ? text.video : text.image}
            {preset.use_count > 0 && ` · ${text.uses(preset.use_count)}`}
          </p>
        </div>
        <VisibilityBadge visibility={preset.visibility} />
      </header>
      <p className="line-clamp-3 text-sm text-muted">
        <TemplateText template={preset.prompt_template} />
      </p>
      <ParameterChips parameters={preset.parameters} />
      <footer className="mt-auto flex items-center justify-between gap-2 pt-1">
        <Link
          href={createAddress(preset.id)}
          aria-label={text.usePreset(preset.name)}
          className={buttonClasses('secondary', 'small')}
        >
          <Play className="size-4" aria-hidden />
          {text.use}
        </Link>
        <Menu
          trigger={
            <Button
              look="plain"
              size="icon"
              aria-label={text.more(preset.name)}
              icon={<Ellipsis className="size-4.5" aria-hidden />}
            />
          }
          entries={entriesOf(preset, acts)}
        />
      </footer>
    </article>
  );
}

function entriesOf(preset: Preset, acts: PresetActs): readonly MenuEntry[] {
  const duplicate = { label: text.duplicate, icon: <Copy aria-hidden />, onChoose: () => acts.onDuplicate(preset) };
  const versions = {
    label: text.versions,
    icon: <History aria-hidden />,
    onChoose: () => acts.onOpen(preset, 'versions'),
  };
  if (!preset.own) return [duplicate, versions];
  return [
    { label: text.edit, icon: <Pencil aria-hidden />, onChoose: () => acts.onEdit(preset) },
    duplicate,
    { label: text.share, icon: <Link2 aria-hidden />, onChoose: () => acts.onOpen(preset, 'share') },
    versions,
    { label: text.remove, icon: <Trash2 aria-hidden />, danger: true, onChoose: () => acts.onRemove(preset) },
  ];
}
