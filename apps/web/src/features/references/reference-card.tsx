import { Copy, Ellipsis, ImageOff, Pencil, Sparkles, Trash2 } from 'lucide-react';
import type { Reference } from '../../api/gen/api.js';
import { referencesStrings as text } from '../../strings/en/references.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Menu } from '../../ui/menu.js';

/** What can be done with a reference. */
export interface ReferenceActs {
  readonly onLook: (reference: Reference) => void;
  readonly onEdit: (reference: Reference) => void;
  readonly onUse: (reference: Reference) => void;
  readonly onRemove: (reference: Reference) => void;
}

export function ReferenceCard({ reference, acts }: { readonly reference: Reference; readonly acts: ReferenceActs }) {
  const { tag, name, role, image_url, thumbnail_url } = reference;
  const shown = thumbnail_url ?? image_url;
  return (
    <article className="overflow-hidden rounded-card border border-line bg-surface">
      {shown && image_url ? (
        <button
          type="button"
          aria-label={text.look(tag)}
          onClick={() => acts.onLook(reference)}
          className="block w-full -outline-offset-2"
        >
          <img
            src={shown}
            alt={text.picture(tag)}
            loading="lazy"
            className="aspect-square w-full bg-raised object-cover transition-opacity hover:opacity-90"
          />
        </button>
      ) : (
        <div
          className="grid aspect-square place-items-center bg-raised p-4 text-center text-sm text-muted"
          title={text.gone}
        >
          <span className="flex flex-col items-center gap-2">
            <ImageOff className="size-7" aria-hidden />
            {text.goneShort}
          </span>
        </div>
      )}
      <div className="p-3">
        <div className="flex items-center justify-between gap-1">
          <h3 className="min-w-0 truncate font-mono text-sm" title={`@${tag}`}>
            @{tag}
          </h3>
          <Menu
            trigger={
              <Button
                look="plain"
                size="icon"
                className="-my-1.5 -mr-1.5 shrink-0"
                aria-label={text.more(tag)}
                icon={<Ellipsis className="size-4.5" aria-hidden />}
              />
            }
            entries={[
              { label: text.use, icon: <Sparkles aria-hidden />, onChoose: () => acts.onUse(reference) },
              { label: text.edit, icon: <Pencil aria-hidden />, onChoose: () => acts.onEdit(reference) },
              {
                label: text.copyTag,
                icon: <Copy aria-hidden />,
                onChoose: () => void navigator.clipboard.writeText(`@${tag}`),
              },
              {
                label: text.remove,
                icon: <Trash2 aria-hidden />,
                danger: true,
                onChoose: () => acts.onRemove(reference),
              },
            ]}
          />
        </div>
        {name !== tag && <p className="truncate text-sm text-muted">{name}</p>}
        <div className="mt-2 flex min-h-8 items-center justify-between gap-2">
          {role ? <Badge tone="accent">{text.roleBadges[role]}</Badge> : <span />}
          <CopyButton value={`@${tag}`} label={text.copyTag} look="plain" className="-mr-2" />
        </div>
      </div>
    </article>
  );
}
