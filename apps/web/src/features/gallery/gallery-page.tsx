import { useSearchParams } from 'wouter';
import { useIsAdmin } from '../../api/use-me.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Page } from '../../ui/page.js';
import { Segmented } from '../../ui/segmented.js';
import { type Filters, filtersOf } from './filters.js';
import { GalleryResults } from './gallery-results.js';
import { SessionList } from './session-list.js';

/** What was made: all results, or the sessions they were made in. Filters stand in the address. */
export function GalleryPage() {
  const [search, setSearch] = useSearchParams();
  const admin = useIsAdmin();
  const view = search.get('view') === 'sessions' ? 'sessions' : 'results';
  return (
    <Page
      title={text.title}
      description={admin && view === 'results' ? text.descriptionForAdministrators : text.description}
      actions={
        <Segmented
          label={text.views}
          value={view}
          onChoose={(next) => setSearch(next === 'sessions' ? { view: next } : {})}
          choices={[
            { value: 'results', label: text.results },
            { value: 'sessions', label: text.sessions },
          ]}
        />
      }
    >
      {view === 'sessions' ? (
        <SessionList />
      ) : (
        <GalleryResults
          filters={filtersOf(search)}
          onFilter={(filters: Filters) => setSearch({ ...filters }, { replace: true })}
        />
      )}
    </Page>
  );
}
