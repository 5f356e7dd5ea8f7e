import { X } from 'lucide-react';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { generationsStrings } from '../../strings/en/generations.js';
import { Button } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import type { Filters } from './filters.js';
import { useSessions } from './use-sessions.js';

/** Status, workflow, session and days to narrow the list to. */
export function GalleryFilters({
  filters,
  onChange,
}: {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}) {
  const { filters: labels } = text;
  const sessions = useSessions();
  const known = sessions.data?.pages.flatMap(({ items }) => items.map(({ id }) => id)) ?? [];
  const ids = filters.session !== undefined && !known.includes(filters.session) ? [filters.session, ...known] : known;
  const any = { value: '', label: labels.any };
  const set = (name: keyof Filters, value: string) => {
    const { [name]: _before, ...rest } = filters;
    onChange(value === '' ? rest : { ...rest, [name]: value });
  };
  return (
    <div
      role="group"
      aria-label={labels.group}
      className="mb-5 grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:flex lg:flex-wrap [&_input]:min-h-10 [&_select]:min-h-10"
    >
      <SelectField
        label={labels.status}
        className="lg:w-36"
        value={filters.status ?? ''}
        choices={[any, ...choicesOf(generationsStrings.status)]}
        onChoose={(value) => set('status', value)}
      />
      <SelectField
        label={labels.workflow}
        className="lg:w-48"
        value={filters.workflow ?? ''}
        choices={[any, ...choicesOf(text.workflows)]}
        onChoose={(value) => set('workflow', value)}
      />
      {ids.length > 0 && (
        <SelectField
          label={labels.session}
          className="lg:w-44"
          value={filters.session ?? ''}
          choices={[any, ...ids.map((id) => ({ value: id, label: id }))]}
          onChoose={(value) => set('session', value)}
        />
      )}
      <TextField
        label={labels.after}
        className="lg:w-40"
        type="date"
        value={filters.after ?? ''}
        {...(filters.before === undefined ? {} : { max: filters.before })}
        onChange={({ target }) => set('after', target.value)}
      />
      <TextField
        label={labels.before}
        className="lg:w-40"
        type="date"
        value={filters.before ?? ''}
        {...(filters.after === undefined ? {} : { min: filters.after })}
        onChange={({ target }) => set('before', target.value)}
      />
      {Object.keys(filters).length > 0 && (
        <Button look="plain" icon={<X className="size-4" />} onClick={() => onChange({})}>
          {labels.clear}
        </Button>
      )}
    </div>
  );
}

function choicesOf(names: Readonly<Record<string, string>>) {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}
