import { SquareCheck, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { toasts } from '../../ui/toasts.js';
import { useDeleteGenerations } from './use-gallery.js';

/** Begins and ends the selection of several, and deletes what is selected. */
export function SelectionBar({
  selecting,
  count,
  complete,
  chosen,
  onSelect,
}: {
  readonly selecting: boolean;
  /** How many are shown. */
  readonly count: number;
  /** Nothing more can be loaded. */
  readonly complete: boolean;
  /** Ids of the selected ones. */
  readonly chosen: readonly string[];
  readonly onSelect: (mode: 'some' | 'all' | 'none') => void;
}) {
  const [asking, setAsking] = useState(false);
  const { mutateAsync: remove } = useDeleteGenerations();
  const act = async () => {
    await remove(chosen);
    toasts.done(text.removed(chosen.length));
    onSelect('none');
  };
  return (
    <div
      className={`mb-3 flex min-h-10 flex-wrap items-center gap-2 ${selecting ? 'sticky top-14 z-20 rounded-lg border border-line bg-surface p-2 shadow-sm lg:top-2' : ''}`}
    >
      <p className="mr-auto text-sm text-muted" aria-live="polite">
        {selecting ? text.selected(chosen.length) : complete && text.end(count)}
      </p>
      {selecting ? (
        <>
          <Button look="plain" size="small" onClick={() => onSelect('all')}>
            {text.selectEnded}
          </Button>
          <Button
            look="danger"
            size="small"
            disabled={chosen.length === 0}
            icon={<Trash2 className="size-4" />}
            onClick={() => setAsking(true)}
          >
            {text.remove(chosen.length)}
          </Button>
          <Button size="small" onClick={() => onSelect('none')}>
            {text.stopSelecting}
          </Button>
        </>
      ) : (
        <Button size="small" icon={<SquareCheck className="size-4" />} onClick={() => onSelect('some')}>
          {text.select}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text.removeTitle(chosen.length)}
        description={text.removeDetail}
        confirm={text.remove(chosen.length)}
        onConfirm={act}
      />
    </div>
  );
}
