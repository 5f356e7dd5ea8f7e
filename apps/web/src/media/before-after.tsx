import { useState } from 'react';
import { uiStrings as text } from '../strings/en/ui.js';

/** Two pictures of one thing, with a line between them that pointer and arrow keys move. */
export function BeforeAfter({
  before,
  after,
  alt,
}: {
  readonly before: string;
  readonly after: string;
  readonly alt: string;
}) {
  const [share, setShare] = useState(50);
  return (
    <figure className="relative overflow-hidden rounded-lg bg-raised">
      <img src={after} alt={`${text.after}: ${alt}`} className="block max-h-[70dvh] w-full object-contain" />
      <img
        src={before}
        alt={`${text.before}: ${alt}`}
        className="absolute inset-0 size-full object-contain"
        style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}
      />
      <div
        aria-hidden
        className="pointer-events-none absolute inset-y-0 w-0.5 bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.4)]"
        style={{ left: `${share}%` }}
      />
      <figcaption
        aria-hidden
        className="pointer-events-none absolute inset-x-2 top-2 flex justify-between text-xs font-medium text-white [&>span]:rounded [&>span]:bg-black/65 [&>span]:px-1.5 [&>span]:py-0.5"
      >
        <span>{text.before}</span>
        <span>{text.after}</span>
      </figcaption>
      <input
        type="range"
        min={0}
        max={100}
        value={share}
        onChange={({ target }) => setShare(target.valueAsNumber)}
        aria-label={text.compareSlider}
        className="absolute inset-0 size-full cursor-ew-resize opacity-0 focus-visible:opacity-60"
      />
    </figure>
  );
}
