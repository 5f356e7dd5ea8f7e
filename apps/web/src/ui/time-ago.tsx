import { useEffect, useState } from 'react';
import { formatTime } from './format.js';

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const refreshMs = 15_000;

/** How long ago a moment was, as a person says it: `just now`, `3 minutes ago`, `yesterday`. */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = Math.round((now - new Date(iso).getTime()) / 1_000);
  const [unit, length] = units.find(([, one]) => seconds >= one) ?? [];
  return unit ? words.format(-Math.floor(seconds / length), unit) : 'just now';
}

/** The same, kept true while it is shown; the exact time is its title. */
export function TimeAgo({ iso, className }: { readonly iso: string; readonly className?: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), refreshMs);
    return () => clearInterval(timer);
  }, []);
  // What came after the last tick is not in the future.
  return (
    <time dateTime={iso} title={formatTime(iso)} className={className}>
      {formatAgo(iso, Math.max(now, Date.now()))}
    </time>
  );
}
