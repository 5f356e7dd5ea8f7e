import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { classes } from '../../ui/classes.js';

/** A picture or the first frame of a video, cut to fill its place. `alt` is empty where words beside it say the same. */
export function Thumbnail({
  url,
  contentType,
  alt = '',
  className,
}: {
  /** Null: the file is gone. */
  readonly url: string | null;
  readonly contentType: string | null;
  readonly alt?: string;
  readonly className?: string;
}) {
  const [broken, setBroken] = useState<string>();
  if (url === null || broken === url) {
    return (
      <span className={classes('grid place-items-center bg-raised text-muted', className)}>
        <ImageOff className="size-6" aria-hidden />
        <span className="sr-only">{text.fileGone}</span>
      </span>
    );
  }
  const onError = () => setBroken(url);
  if (contentType?.startsWith('video/')) {
    return (
      <video
        src={`${url}#t=0.1`}
        muted
        playsInline
        loop
        preload="metadata"
        aria-label={alt || undefined}
        aria-hidden={alt === '' || undefined}
        tabIndex={-1}
        onError={onError}
        onMouseEnter={({ currentTarget }) => play(currentTarget)}
        onMouseLeave={({ currentTarget }) => currentTarget.pause()}
        className={classes('bg-raised object-cover', className)}
      />
    );
  }
  return (
    <img
      src={url}
      alt={alt}
      loading="lazy"
      onError={onError}
      className={classes('bg-raised object-cover', className)}
    />
  );
}

function play(video: HTMLVideoElement): void {
  // A pointer that only passes by leaves before it starts: that is no error.
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) video.play().catch(() => {});
}
