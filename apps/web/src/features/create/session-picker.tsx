import { History, Plus } from 'lucide-react';
import { useState } from 'react';
import type { SessionSummary } from '../../api/gen/api.js';
import { randomId } from '../../api/random-id.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { Popover } from '../../ui/popover.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { useRecentSessions } from './use-session.js';

/** A new session, or one of the latest. */
export function SessionPicker({
  sessionId,
  onChoose,
}: {
  readonly sessionId: string | null;
  readonly onChoose: (sessionId: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const sessions = useRecentSessions(open);
  const choose = (id: string) => {
    onChoose(id);
    setOpen(false);
  };
  return (
    <Popover
      align="start"
      title={text.sessionTitle}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" icon={<History className="size-4" aria-hidden />}>
          {text.session}
        </Button>
      }
    >
      <p className="mb-3 text-sm text-muted">{text.sessionHint}</p>
      <Button
        size="small"
        look="primary"
        icon={<Plus className="size-4" aria-hidden />}
        onClick={() => choose(randomId())}
      >
        {text.startSession}
      </Button>
      <Loaded query={sessions}>
        {(items) =>
          items.length > 0 && (
            <>
              <h3 className="mt-4 mb-1">{text.recentSessions}</h3>
              <ul className="-mx-2 space-y-0.5">
                {items.map((item) => (
                  <li key={item.id}>
                    <RecentSession session={item} isOpen={item.id === sessionId} onChoose={() => choose(item.id)} />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </Popover>
  );
}

function RecentSession({
  session,
  isOpen,
  onChoose,
}: {
  readonly session: SessionSummary;
  readonly isOpen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOpen}
      onClick={onChoose}
      className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-raised aria-pressed:bg-accent-soft"
    >
      {session.working_image_url ? (
        <img src={session.working_image_url} alt="" className="size-10 shrink-0 rounded-md bg-raised object-cover" />
      ) : (
        <span className="size-10 shrink-0 rounded-md bg-raised" />
      )}
      <span className="min-w-0">
        <span className="block truncate font-medium">{text.sessionNamed(shortId(session.id))}</span>
        <span className="block text-xs text-muted">{session.updated_at && <TimeAgo iso={session.updated_at} />}</span>
      </span>
    </button>
  );
}

/** Enough of an id to tell sessions apart. */
export function shortId(id: string): string {
  return id.length > 12 ? id.slice(0, 8) : id;
}
