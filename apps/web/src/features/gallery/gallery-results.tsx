import { Images } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { hasEnded } from '../../generations/generation-state.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { EmptyState, Loaded } from '../../ui/states.js';
import type { Filters } from './filters.js';
import { GalleryFilters } from './gallery-filters.js';
import { GalleryTile } from './gallery-tile.js';
import { MoreWhenSeen } from './more-when-seen.js';
import { SelectionBar } from './selection-bar.js';
import { SkeletonGrid } from './skeleton-grid.js';
import { tileGrid } from './tile-grid.js';
import { useGallery } from './use-gallery.js';

/** The filtered grid; more comes while it is scrolled. In selection mode several can be deleted at once. */
export function GalleryResults({
  filters,
  onFilter,
}: {
  readonly filters: Filters;
  readonly onFilter: (filters: Filters) => void;
}) {
  const query = useGallery(filters);
  const [selected, setSelected] = useState<ReadonlySet<string>>();
  const filtered = Object.keys(filters).length > 0;
  const toggle = (id: string) => setSelected((before) => before && toggled(before, id));
  return (
    <>
      <GalleryFilters filters={filters} onChange={onFilter} />
      <Loaded query={query} skeleton={<SkeletonGrid />}>
        {({ pages }) => {
          const generations = pages.flatMap(({ items }) => items);
          if (generations.length === 0) return filtered ? <NothingFits onClear={() => onFilter({})} /> : <Nothing />;
          const ended = generations.filter(hasEnded).map(({ id }) => id);
          const chosen = ended.filter((id) => selected?.has(id));
          return (
            <>
              <SelectionBar
                selecting={selected !== undefined}
                count={generations.length}
                complete={!query.hasNextPage}
                chosen={chosen}
                onSelect={(mode) =>
                  setSelected(mode === 'all' ? new Set(ended) : mode === 'none' ? undefined : new Set())
                }
              />
              <ul aria-label={text.grid} className={tileGrid}>
                {generations.map((generation) => (
                  <li key={generation.id}>
                    <GalleryTile
                      generation={generation}
                      {...(selected && {
                        selection: {
                          selected: selected.has(generation.id),
                          onToggle: () => toggle(generation.id),
                        },
                      })}
                    />
                  </li>
                ))}
              </ul>
              <MoreWhenSeen query={query} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

function Nothing() {
  return (
    <EmptyState
      icon={<Images aria-hidden />}
      title={text.nothing}
      action={
        <Link href="/" className={buttonClasses('primary')}>
          {text.create}
        </Link>
      }
    >
      {text.nothingDetail}
    </EmptyState>
  );
}

function NothingFits({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      icon={<Images aria-hidden />}
      title={text.nothingFits}
      action={<Button onClick={onClear}>{text.filters.clear}</Button>}
    >
      {text.nothingFitsDetail}
    </EmptyState>
  );
}
