import { useQueryClient } from '@tanstack/react-query';
import { ImagePlus, Search } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deleteV1ReferencesTag, type Reference } from '../../api/gen/api.js';
import { FileButton, ImageDrop } from '../../media/image-drop.js';
import { ZoomableImage } from '../../media/zoomable-image.js';
import { useDraft } from '../../settings/use-draft.js';
import { referencesStrings as text } from '../../strings/en/references.js';
import { ConfirmDialog, Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { Page } from '../../ui/page.js';
import { EmptyState, Loaded, Skeleton } from '../../ui/states.js';
import { toasts } from '../../ui/toasts.js';
import { NewReferences } from './new-references.js';
import { ReferenceCard } from './reference-card.js';
import { editOf, type ReferenceEdit, ReferenceEditor } from './reference-editor.js';
import { matches } from './reference-tag.js';
import { UploadProblems } from '../../media/upload-problems.js';
import { useNewReferences } from './use-new-references.js';
import { useReferences } from './use-references.js';

/** With fewer there is nothing to search. */
const searchFrom = 9;
const grid = 'grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4 lg:grid-cols-4 xl:grid-cols-5';

/** A person's tagged pictures. The whole page takes pictures that are dropped or pasted. */
export function ReferencesPage() {
  const references = useReferences();
  const taken = references.data?.map(({ tag }) => tag) ?? [];
  const fresh = useNewReferences(taken);
  const [edit, setEdit] = useDraft<ReferenceEdit | null>('reference-editor', null);
  const [looking, setLooking] = useState<Reference>();
  const [removing, setRemoving] = useState<Reference>();
  const [query, setQuery] = useState('');
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const add = (files: readonly File[]) => void fresh.uploads.add(files, 20);
  const acts = {
    onLook: setLooking,
    onEdit: (reference: Reference) => setEdit(editOf(reference)),
    onUse: ({ tag }: Reference) => navigate(`/?${new URLSearchParams({ prompt: `@${tag} ` })}`),
    onRemove: setRemoving,
  };
  return (
    <ImageDrop onFiles={add} pasteAnywhere={edit === null} className="min-h-[80dvh]">
      <Page
        title={text.title}
        description={text.description}
        actions={
          <FileButton look="primary" icon={<ImagePlus className="size-4" aria-hidden />} onFiles={add}>
            {text.add}
          </FileButton>
        }
      >
        <UploadProblems uploads={fresh.uploads} className="mb-4" />
        <NewReferences state={fresh} />
        <Loaded query={references} skeleton={<CardsSkeleton />}>
          {(all) =>
            all.length === 0 ? (
              fresh.drafts.length === 0 && (
                <EmptyState icon={<ImagePlus aria-hidden />} title={text.emptyTitle}>
                  {text.emptyDetail}
                </EmptyState>
              )
            ) : (
              <List all={all} query={query} onQuery={setQuery} acts={acts} />
            )
          }
        </Loaded>
        {edit && <ReferenceEditor edit={edit} taken={taken} onChange={setEdit} onClose={() => setEdit(null)} />}
        <Dialog
          open={looking !== undefined}
          onClose={() => setLooking(undefined)}
          title={looking ? `@${looking.tag}` : ''}
          wide
        >
          {looking?.image_url && <ZoomableImage src={looking.image_url} alt={text.picture(looking.tag)} />}
        </Dialog>
        <ConfirmDialog
          open={removing !== undefined}
          onClose={() => setRemoving(undefined)}
          title={text.removeTitle(removing?.tag ?? '')}
          description={text.removeDetail}
          confirm={text.removeConfirm}
          onConfirm={async () => {
            if (!removing) return;
            await deleteV1ReferencesTag(removing.tag);
            toasts.done(text.removed(removing.tag));
            await queries.invalidateQueries({ queryKey: ['references'] });
          }}
        />
      </Page>
    </ImageDrop>
  );
}

function List({
  all,
  query,
  onQuery,
  acts,
}: {
  readonly all: readonly Reference[];
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly acts: Parameters<typeof ReferenceCard>[0]['acts'];
}) {
  const found = all.filter((reference) => matches(reference, query));
  return (
    <section aria-labelledby="reference-count">
      {all.length >= searchFrom && (
        <div className="relative mb-4 max-w-xs [&_input]:pl-9">
          <Search
            className="pointer-events-none absolute top-1/2 left-3 z-10 size-4 -translate-y-1/2 text-muted"
            aria-hidden
          />
          <TextField
            type="search"
            label={text.find}
            hideLabel
            placeholder={text.findPlaceholder}
            value={query}
            onChange={({ target }) => onQuery(target.value)}
          />
        </div>
      )}
      <h2 id="reference-count" aria-live="polite" className="mb-2 text-sm font-normal text-muted">
        {found.length > 0 ? text.count(found.length) : text.noMatch(query.trim())}
      </h2>
      <ul className={grid}>
        {found.map((reference) => (
          <li key={reference.tag} className="min-w-0">
            <ReferenceCard reference={reference} acts={acts} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CardsSkeleton() {
  return (
    <div className={grid}>
      {Array.from({ length: 5 }, (_, at) => (
        <Skeleton key={at} className="h-64" />
      ))}
    </div>
  );
}
