import { Search } from 'lucide-react';
import { presetsStrings as text } from '../../strings/en/presets.js';
import { TextField } from '../../ui/field.js';
import { Segmented } from '../../ui/segmented.js';
import type { PresetFilters } from './use-presets.js';

const categories = (['all', 'image', 'video'] as const).map((value) => ({ value, label: text.categories[value] }));
const owners = (['all', 'me', 'builtin', 'shared'] as const).map((value) => ({ value, label: text.owners[value] }));

/** Reads the filters out of an address; what nobody knows is left out. */
export function filtersOf(search: URLSearchParams): PresetFilters {
  return {
    category: categories.find(({ value }) => value === search.get('category'))?.value ?? 'all',
    owner: owners.find(({ value }) => value === search.get('owner'))?.value ?? 'all',
    q: search.get('q') ?? '',
  };
}

export function PresetFilterBar({
  filters,
  onChange,
}: {
  readonly filters: PresetFilters;
  readonly onChange: (changes: Partial<PresetFilters>) => void;
}) {
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <div className="relative min-w-48 flex-1 sm:max-w-xs [&_input]:pl-9">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 z-10 size-4 -translate-y-1/2 text-muted"
          aria-hidden
        />
        <TextField
          type="search"
          label={text.search}
          hideLabel
          placeholder={text.searchPlaceholder}
          value={filters.q}
          maxLength={200}
          onChange={({ target }) => onChange({ q: target.value })}
        />
      </div>
      <Segmented
        label={text.category}
        value={filters.category}
        choices={categories}
        onChoose={(category) => onChange({ category })}
      />
      <Segmented label={text.owner} value={filters.owner} choices={owners} onChoose={(owner) => onChange({ owner })} />
    </div>
  );
}
