import { CircleAlert, CircleSlash, Clock, Download, ImageOff, Loader2 } from 'lucide-react';
import { download } from '../../media/download.js';
import { jobStrings as text } from '../../strings/en/playground.js';
import { Button } from '../../ui/button.js';
import { formatNumber } from '../../ui/format.js';
import { toasts } from '../../ui/toasts.js';
import { type JobImage, paletteOf } from './job-images.js';
import { resultNames } from './result-names.js';
import { sizeChange } from './size-change.js';

const icons = { waiting: Clock, working: Loader2, failed: CircleAlert, stopped: CircleSlash } as const;

/** One picture of a job: its result, or how far it is. */
export function ImageTile({ image, onLook }: { readonly image: JobImage; readonly onLook: () => void }) {
  const { name, after, figures, state } = image;
  return (
    <article className="flex h-full flex-col overflow-hidden rounded-lg border border-line">
      {after === undefined ? (
        <Unfinished image={image} />
      ) : (
        <button type="button" aria-label={text.look(name)} onClick={onLook} className="block w-full -outline-offset-2">
          <img
            src={after}
            alt={text.resultOf(name)}
            loading="lazy"
            className="aspect-[4/3] w-full bg-raised object-contain transition-opacity hover:opacity-90"
          />
        </button>
      )}
      <div className="flex items-start justify-between gap-1 p-2.5">
        <div className="min-w-0 text-xs text-muted">
          <h3 className="truncate text-sm font-medium text-ink" title={name}>
            {name}
          </h3>
          {figures?.result_width !== undefined && figures.result_height !== undefined && (
            <p className="tabular-nums">{`${formatNumber(figures.result_width)} × ${formatNumber(figures.result_height)}`}</p>
          )}
          {figures?.original_size !== undefined && figures.result_size !== undefined && (
            <p>{sizeChange(figures.original_size, figures.result_size)}</p>
          )}
          {state === 'failed' && <p className="break-words text-danger">{image.error}</p>}
        </div>
        {after !== undefined && (
          <Button
            look="plain"
            size="icon"
            className="-mt-1.5 -mr-1.5 shrink-0"
            aria-label={text.downloadOne(name)}
            icon={<Download className="size-4" aria-hidden />}
            onClick={() => void save(image)}
          />
        )}
      </div>
      <PaletteStrip image={image} />
    </article>
  );
}

/** Saves a result under the name of its source. */
export async function save({ name, after = '' }: JobImage): Promise<void> {
  const [file = name] = resultNames([{ name, url: after }]);
  await download(after, file).catch(toasts.failed);
}

function Unfinished({ image: { before, name, state } }: { readonly image: JobImage }) {
  const Icon = state === 'done' ? ImageOff : icons[state];
  return (
    <div className="relative grid aspect-[4/3] place-items-center bg-raised">
      {before !== undefined && (
        <img
          src={before}
          alt={text.sourceOf(name)}
          loading="lazy"
          className="absolute inset-0 size-full object-contain opacity-40"
        />
      )}
      <span className="relative flex items-center gap-1.5 rounded-full bg-surface px-2.5 py-1 text-xs font-medium shadow-sm">
        <Icon
          className={`size-3.5 ${state === 'working' ? 'animate-spin' : ''} ${state === 'failed' ? 'text-danger' : ''}`}
          aria-hidden
        />
        {text.imageStates[state]}
      </span>
    </div>
  );
}

/** The palette as a narrow strip; the window of the result names its colours. */
function PaletteStrip({ image }: { readonly image: JobImage }) {
  const palette = paletteOf(image);
  if (palette.length === 0) return null;
  return (
    <div aria-hidden className="mt-auto flex h-2">
      {palette.map(({ hex, share }) => (
        <span key={hex} style={{ background: hex, flexGrow: share }} />
      ))}
    </div>
  );
}
