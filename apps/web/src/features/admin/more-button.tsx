import { adminStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';

/** The next page of a list, where there is one. */
export function MoreButton({ more, busy }: { readonly more: (() => void) | undefined; readonly busy: boolean }) {
  if (!more) return null;
  return (
    <div className="mt-3 flex justify-center">
      <Button busy={busy} onClick={more}>
        {text.more}
      </Button>
    </div>
  );
}
