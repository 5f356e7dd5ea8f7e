import { jobStrings as text } from '../../strings/en/playground.js';
import { CopyButton } from '../../ui/copy-button.js';
import { formatPercent } from '../../ui/format.js';
import type { PaletteColour } from './job-images.js';

/** The colours of a picture with their shares; each can be copied. */
export function Palette({ colours }: { readonly colours: readonly PaletteColour[] }) {
  return (
    <section aria-labelledby="palette">
      <h3 id="palette" className="mb-2">
        {text.palette}
      </h3>
      <div aria-hidden className="mb-3 flex h-6 overflow-hidden rounded-md border border-line">
        {colours.map(({ hex, share }) => (
          <span key={hex} style={{ background: hex, flexGrow: share }} />
        ))}
      </div>
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        {colours.map(({ hex, share }) => (
          <li key={hex} className="flex min-w-0 items-center gap-2">
            <span aria-hidden className="size-8 shrink-0 rounded-md border border-line" style={{ background: hex }} />
            <span className="min-w-0 text-sm">
              <CopyButton
                value={hex}
                label={hex}
                aria-label={text.copyColour(hex)}
                look="plain"
                className="-ml-1.5 px-1.5 font-mono"
              />
              <span className="block text-xs text-muted">{formatPercent(share, share < 0.1 ? 1 : 0)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
