import { ArrowLeft, Images, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { toProblem } from '../../api/problem.js';
import { createAddress } from '../../generations/create-address.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Page } from '../../ui/page.js';
import { EmptyState, Loaded, Skeleton } from '../../ui/states.js';
import { toasts } from '../../ui/toasts.js';
import { SessionHistory } from './session-history.js';
import { useSession, useSessionActs } from './use-sessions.js';
import { WorkingImageCard } from './working-image-card.js';

/** A working session: what the next edit works on, and what was finished. */
export function SessionPage() {
  const { id = '' } = useParams();
  return <Content key={id} id={id} />;
}

function Content({ id }: { readonly id: string }) {
  const query = useSession(id);
  const { update, remove } = useSessionActs(id);
  const [asking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const gone = query.error !== null && [400, 404].includes(toProblem(query.error).status);
  return (
    <Page
      title={text.session(id)}
      className="[&_h1]:break-words"
      description={text.sessionDescription}
      actions={
        <>
          <Link href="/gallery?view=sessions" className={buttonClasses()}>
            <ArrowLeft className="size-4" aria-hidden />
            {text.sessions}
          </Link>
          {query.data && (
            <>
              <Link href={`/gallery?${new URLSearchParams({ session: id })}`} className={buttonClasses()}>
                <Images className="size-4" aria-hidden />
                {text.showInGallery}
              </Link>
              <Button icon={<Trash2 className="size-4" />} onClick={() => setAsking(true)}>
                {text.removeOne}
              </Button>
              <Link href={createAddress({ session: id })} className={buttonClasses('primary')}>
                {text.continue}
              </Link>
            </>
          )}
        </>
      }
    >
      {gone ? (
        <EmptyState title={text.sessionGone}>{text.sessionGoneDetail}</EmptyState>
      ) : (
        <Loaded query={query} skeleton={<Skeleton className="h-80" />}>
          {(session) => (
            <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
              <WorkingImageCard session={session} update={update} />
              <SessionHistory session={session} update={update} />
            </div>
          )}
        </Loaded>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text.removeSessionTitle}
        description={text.removeSessionDetail}
        confirm={text.removeSession}
        onConfirm={async () => {
          await remove.mutateAsync();
          toasts.done(text.sessionRemoved);
          navigate('/gallery?view=sessions');
        }}
      />
    </Page>
  );
}
