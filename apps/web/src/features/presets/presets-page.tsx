import { useQueryClient } from '@tanstack/react-query';
import { Layers, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import { deletePresetsId, type Preset } from '../../api/gen/api.js';
import { presetsStrings as text } from '../../strings/en/presets.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Page } from '../../ui/page.js';
import { EmptyState, Loaded, Skeleton } from '../../ui/states.js';
import { toasts } from '../../ui/toasts.js';
import { useDebounced } from '../../ui/use-debounced.js';
import { PopularPresets } from './popular-presets.js';
import { PresetCard } from './preset-card.js';
import { PresetDetails } from './preset-details.js';
import { PresetEditor } from './preset-editor.js';
import { filtersOf, PresetFilterBar } from './preset-filters.js';
import { UnsavedNotice } from './unsaved-notice.js';
import { usePresetEditor } from './use-preset-editor.js';
import { type PresetFilters, usePresets } from './use-presets.js';

/** The presets that a person can use. Filters and the open preset are in the address. */
export function PresetsPage() {
  const [search, setSearch] = useSearchParams();
  const [typed, setTyped] = useState(() => filtersOf(search).q);
  const q = useDebounced(typed.trim());
  const filters: PresetFilters = { ...filtersOf(search), q };
  const presets = usePresets(filters);
  const editor = usePresetEditor();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<Preset>();
  const opened = search.get('preset');

  const address = (changes: Record<string, string | undefined>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );
  useEffect(() => {
    if (q !== (search.get('q') ?? '')) address({ q });
    // Only what was typed goes into the address; what is there was typed before.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [q]);
  const change = ({ q: words, category, owner }: Partial<PresetFilters>) => {
    if (words !== undefined) setTyped(words);
    if (category) address({ category: category === 'all' ? undefined : category });
    if (owner) address({ owner: owner === 'all' ? undefined : owner });
  };
  const showAll = () => {
    setTyped('');
    address({ q: undefined, category: undefined, owner: undefined });
  };
  const acts = {
    onOpen: ({ id }: Preset, part?: string) => address({ preset: id, part }),
    onEdit: (preset: Preset) => void editor.edit(preset).catch(toasts.failed),
    onDuplicate: editor.duplicate,
    onRemove: setRemoving,
  };
  const narrowed = filters.q !== '' || filters.category !== 'all' || filters.owner !== 'all';

  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        <Button look="primary" icon={<Plus className="size-4" aria-hidden />} onClick={editor.create}>
          {text.newPreset}
        </Button>
      }
    >
      <UnsavedNotice editor={editor} />
      {!narrowed && <PopularPresets onOpen={acts.onOpen} />}
      <div className="mb-4">
        <PresetFilterBar filters={{ ...filters, q: typed }} onChange={change} />
      </div>
      <Loaded query={presets} skeleton={<CardsSkeleton />}>
        {({ presets: all, total }) =>
          all.length === 0 ? (
            <EmptyState
              icon={<Layers aria-hidden />}
              title={filters.owner === 'me' && filters.q === '' ? text.noneOwn : text.noMatch}
              action={
                filters.owner === 'me' && filters.q === '' ? (
                  <Button onClick={editor.create}>{text.newPreset}</Button>
                ) : (
                  <Button onClick={showAll}>{text.showAll}</Button>
                )
              }
            >
              {filters.owner === 'me' && filters.q === '' ? text.noneOwnDetail : text.noMatchDetail}
            </EmptyState>
          ) : (
            <section aria-labelledby="preset-count">
              <h2 id="preset-count" className="mb-2 text-sm font-normal text-muted" aria-live="polite">
                {text.count(all.length, total)}
              </h2>
              <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
                {all.map((preset) => (
                  <li key={preset.id} className="min-w-0">
                    <PresetCard preset={preset} acts={acts} />
                  </li>
                ))}
              </ul>
            </section>
          )
        }
      </Loaded>
      {opened && (
        <PresetDetails
          key={opened}
          id={opened}
          part={search.get('part')}
          onClose={() => address({ preset: undefined, part: undefined })}
        />
      )}
      <PresetEditor editor={editor} />
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={text.removeTitle(removing?.name ?? '')}
        description={text.removeDetail}
        confirm={text.removeConfirm}
        onConfirm={async () => {
          if (!removing) return;
          await deletePresetsId(removing.id);
          toasts.done(text.removed(removing.name));
          await queries.invalidateQueries({ queryKey: ['presets'] });
        }}
      />
    </Page>
  );
}

function CardsSkeleton() {
  return (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {Array.from({ length: 6 }, (_, at) => (
        <Skeleton key={at} className="h-44" />
      ))}
    </div>
  );
}
