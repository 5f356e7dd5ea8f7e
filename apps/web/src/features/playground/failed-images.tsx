import { jobStrings as text } from '../../strings/en/playground.js';
import type { JobImage } from './job-images.js';

/** The pictures that could not be done, each with its reason; nothing when there are none. */
export function FailedImages({ images }: { readonly images: readonly JobImage[] }) {
  const failed = images.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return null;
  return (
    <div role="alert" className="rounded-lg bg-danger-soft p-3 text-sm">
      <p className="font-medium">{text.failedTitle(failed.length)}</p>
      <ul className="mt-1 space-y-0.5">
        {failed.map(({ index, name, error }) => (
          <li key={index} className="break-words">
            {name}: {error}
          </li>
        ))}
      </ul>
    </div>
  );
}
