import { ArrowLeft, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import type { Generation } from '../../api/gen/api.js';
import { toProblem } from '../../api/problem.js';
import { GenerationBody } from '../../generations/generation-card.js';
import { GenerationDetails } from '../../generations/generation-details.js';
import { hasEnded } from '../../generations/generation-state.js';
import { StatusBadge } from '../../generations/status-badge.js';
import { useGeneration } from '../../generations/use-generation.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { formatName } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { EmptyState, Loaded, Skeleton } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { toasts } from '../../ui/toasts.js';
import { LineageCard } from './lineage-card.js';
import { useDeleteGenerations } from './use-gallery.js';

/** One generation with everything about it: result, details, family. */
export function GenerationPage() {
  const { id = '' } = useParams();
  // Another generation is another page: nothing of the one before stays.
  return <Content key={id} id={id} />;
}

function Content({ id }: { readonly id: string }) {
  const query = useGeneration(id);
  const gone = query.error !== null && [400, 404].includes(toProblem(query.error).status);
  return (
    <Page
      title={query.data?.prompt ?? text.generation}
      className="[&_h1]:line-clamp-3 [&_h1]:max-w-4xl [&_h1]:break-words"
      description={query.data && <Subtitle generation={query.data} />}
      actions={
        <>
          <Link href="/gallery" className={buttonClasses()}>
            <ArrowLeft className="size-4" aria-hidden />
            {text.back}
          </Link>
          {query.data && <DeleteButton generation={query.data} />}
        </>
      }
    >
      {gone ? (
        <EmptyState title={text.gone}>{text.goneDetail}</EmptyState>
      ) : (
        <Loaded query={query} skeleton={<Skeleton className="h-96" />}>
          {(generation) => (
            <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
              <div className="min-w-0 space-y-4">
                <Card aria-label={text.generation}>
                  <GenerationBody generation={generation} />
                </Card>
                <LineageCard generation={generation} />
              </div>
              <Card heading={text.details} className="min-w-0">
                <GenerationDetails generation={generation} />
              </Card>
            </div>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function Subtitle({ generation }: { readonly generation: Generation }) {
  const { session_id: session } = generation;
  return (
    <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <StatusBadge status={generation.status} />
      <span>{formatName(generation.workflow_type)}</span>
      <TimeAgo iso={generation.created_at} />
      {session !== undefined && (
        <span>
          {text.inSession}{' '}
          <Link href={`/sessions/${encodeURIComponent(session)}`} className="text-accent underline">
            {session}
          </Link>
        </span>
      )}
    </span>
  );
}

/** What has ended can be deleted; then the gallery is shown. */
function DeleteButton({ generation }: { readonly generation: Generation }) {
  const [asking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const { mutateAsync: remove } = useDeleteGenerations();
  if (!hasEnded(generation)) return null;
  return (
    <>
      <Button icon={<Trash2 className="size-4" />} onClick={() => setAsking(true)}>
        {text.removeOne}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text.removeTitle(1)}
        description={text.removeDetail}
        confirm={text.remove(1)}
        onConfirm={async () => {
          await remove([generation.id]);
          toasts.done(text.removed(1));
          navigate('/gallery');
        }}
      />
    </>
  );
}
