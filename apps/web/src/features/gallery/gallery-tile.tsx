import { Ban, CircleAlert, Film, Layers } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Generation } from '../../api/gen/api.js';
import { waitingSentence } from '../../generations/generation-progress.js';
import { hasEnded, isVideo } from '../../generations/generation-state.js';
import { useGeneration } from '../../generations/use-generation.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { generationsStrings } from '../../strings/en/generations.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { Thumbnail } from './thumbnail.js';

/** One generation in the grid; live while it runs. */
export function GalleryTile({
  generation,
  selection,
}: {
  readonly generation: Generation;
  readonly selection?: Selection;
}) {
  if (hasEnded(generation)) return <Tile generation={generation} selection={selection} />;
  return <LiveTile generation={generation} selection={selection} />;
}

export interface Selection {
  readonly selected: boolean;
  readonly onToggle: () => void;
}

interface TileProps {
  readonly generation: Generation;
  readonly selection: Selection | undefined;
}

function LiveTile({ generation, selection }: TileProps) {
  const { data = generation } = useGeneration(generation.id);
  return <Tile generation={data} selection={selection} />;
}

function Tile({ generation, selection }: TileProps) {
  const { id, prompt, status, outputs } = generation;
  const selectable = selection !== undefined && hasEnded(generation);
  return (
    <article className="group relative overflow-hidden rounded-card border border-line bg-surface has-checked:border-accent has-checked:ring-2 has-checked:ring-accent">
      <Link href={`/gallery/${id}`} className="block rounded-card">
        <span className="sr-only">{generationsStrings.status[status]}: </span>
        <span className="relative block aspect-square">
          <Face generation={generation} />
          <span className="absolute top-2 right-2 flex gap-1">
            {outputs[0] && isVideo(outputs[0]) && (
              <Mark>
                <Film className="size-3.5" aria-hidden /> {text.video}
              </Mark>
            )}
            {outputs.length > 1 && (
              <Mark>
                <Layers className="size-3.5" aria-hidden /> {text.outputs(outputs.length)}
              </Mark>
            )}
          </span>
        </span>
        <span className="block p-2.5">
          <span className="line-clamp-2 min-h-[2lh] text-sm break-words">{prompt}</span>
          <TimeAgo iso={generation.created_at} className="mt-0.5 block text-xs text-muted" />
        </span>
      </Link>
      {selectable && (
        <label className="absolute inset-0 cursor-pointer">
          <input
            type="checkbox"
            checked={selection.selected}
            onChange={selection.onToggle}
            aria-label={text.selectOne(prompt)}
            className="absolute top-2 left-2 size-6 accent-accent"
          />
        </label>
      )}
    </article>
  );
}

/** What fills the square: the first output, how far it is, or why there is none. */
function Face({ generation }: { readonly generation: Generation }) {
  const { status, outputs, progress, prompt, error } = generation;
  const output = outputs[0];
  if (status === 'succeeded') {
    return <Thumbnail url={output?.url ?? null} contentType={output?.content_type ?? null} className="size-full" />;
  }
  if (!hasEnded(generation)) {
    return (
      <span className="flex size-full flex-col justify-end gap-2 bg-raised p-3 text-sm text-muted">
        <span>{waitingSentence(generation)}</span>
        <ProgressBar value={progress > 0 ? progress : undefined} label={generationsStrings.progress(prompt)} />
      </span>
    );
  }
  return (
    <span className="flex size-full flex-col items-center justify-center gap-2 bg-raised p-3 text-center text-sm text-muted">
      {status === 'failed' ? (
        <CircleAlert className="size-6 text-danger" aria-hidden />
      ) : (
        <Ban className="size-6" aria-hidden />
      )}
      <span className="line-clamp-4">{error?.message ?? generationsStrings.status[status]}</span>
    </span>
  );
}

/** Words on a picture, readable on any. */
function Mark({ children }: { readonly children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1 rounded-full bg-black/70 px-2 py-0.5 text-xs font-medium text-white">
      {children}
    </span>
  );
}
