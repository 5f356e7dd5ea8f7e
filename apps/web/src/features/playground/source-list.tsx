import { Globe, ImageOff, Loader2, X } from 'lucide-react';
import { useState } from 'react';
import { playgroundStrings as text } from '../../strings/en/playground.js';
import { uiStrings } from '../../strings/en/ui.js';
import { nameOf, type Source } from './sources.js';

/** The pictures that were brought, each with a button that takes it away. */
export function SourceList({
  sources,
  pending,
  onRemove,
}: {
  readonly sources: readonly Source[];
  /** Names of files on their way. */
  readonly pending: readonly string[];
  readonly onRemove: (source: Source) => void;
}) {
  return (
    <ul className="grid max-h-80 grid-cols-4 gap-2 overflow-y-auto p-1 sm:grid-cols-5">
      {sources.map((source) => (
        <li key={source.url} className="relative">
          <SourceTile source={source} />
          <button
            type="button"
            aria-label={uiStrings.remove(nameOf(source))}
            onClick={() => onRemove(source)}
            className="absolute -top-1 -right-1 grid size-6 place-items-center rounded-full border border-line bg-surface text-ink shadow hover:bg-raised"
          >
            <X className="size-3.5" aria-hidden />
          </button>
        </li>
      ))}
      {pending.map((name, at) => (
        <li
          key={`${name} ${at}`}
          role="status"
          title={name}
          className="grid aspect-square place-items-center rounded-lg bg-raised text-muted"
        >
          <Loader2 className="size-5 animate-spin" aria-hidden />
          <span className="sr-only">{uiStrings.uploading(name)}</span>
        </li>
      ))}
    </ul>
  );
}

function SourceTile({ source }: { readonly source: Source }) {
  const [gone, setGone] = useState(false);
  const name = nameOf(source);
  // Pictures of other hosts are fetched by the server only: this page loads nothing from elsewhere.
  if (source.kind === 'upload' && !gone)
    return (
      <img
        src={source.url}
        alt={text.sourcePicture(name)}
        title={name}
        onError={() => setGone(true)}
        className="aspect-square w-full rounded-lg bg-raised object-cover"
      />
    );
  const Icon = gone ? ImageOff : Globe;
  return (
    <div
      title={source.url}
      className="flex aspect-square flex-col items-center justify-center gap-1 rounded-lg bg-raised p-1 text-center text-xs text-muted"
    >
      <Icon className="size-5 shrink-0" aria-hidden />
      <span className="line-clamp-2 max-w-full break-all">{gone ? text.goneSource : name}</span>
    </div>
  );
}
