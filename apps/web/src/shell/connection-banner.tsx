import { WifiOff } from 'lucide-react';
import { useReachable } from '../api/connection.js';
import { shellStrings as text } from '../strings/en/shell.js';

/** Says that the server is away, and that it is being tried; goes away by itself. */
export function ConnectionBanner() {
  const reachable = useReachable();
  return (
    <div role="status" aria-live="polite" className="sticky top-13 z-20 lg:top-0">
      {!reachable && (
        <p className="flex items-center gap-2 bg-warning-soft px-4 py-2 text-sm">
          <WifiOff className="size-4 shrink-0 text-warning" aria-hidden />
          {text.away}
        </p>
      )}
    </div>
  );
}
