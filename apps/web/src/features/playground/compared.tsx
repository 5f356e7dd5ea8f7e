import { BeforeAfter } from '../../media/before-after.js';
import { uiStrings } from '../../strings/en/ui.js';
import { hasSameShape, type JobImage } from './job-images.js';

/** Source and result: one over the other where they have the same shape, side by side where they have not. */
export function Compared({
  image,
  before,
  after,
}: {
  readonly image: JobImage;
  readonly before: string;
  readonly after: string;
}) {
  if (hasSameShape(image)) return <BeforeAfter before={before} after={after} alt={image.name} />;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {(['before', 'after'] as const).map((side) => (
        <figure key={side}>
          <img
            src={side === 'before' ? before : after}
            alt={`${uiStrings[side]}: ${image.name}`}
            className="max-h-[60dvh] w-full rounded-lg bg-raised object-contain"
          />
          <figcaption className="mt-1 text-center text-sm text-muted">{uiStrings[side]}</figcaption>
        </figure>
      ))}
    </div>
  );
}
