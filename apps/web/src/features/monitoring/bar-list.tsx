import type { ReactNode } from 'react';

export interface BarItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly value: number;
  /** The value in words. */
  readonly said: string;
  readonly note?: string | undefined;
}

/** Amounts as bars, each with its name and figure: readable without seeing the bars. */
export function BarList({
  items,
  empty,
  color = 'var(--chart-1)',
}: {
  readonly items: readonly BarItem[];
  readonly empty: string;
  readonly color?: string;
}) {
  if (items.length === 0) return <p className="py-6 text-center text-sm text-muted">{empty}</p>;
  const most = Math.max(...items.map(({ value }) => value));
  return (
    <ul className="space-y-2.5 text-sm">
      {items.map(({ key, label, value, said, note }) => (
        <li key={key}>
          <div className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="min-w-0 grow basis-40 break-words">{label}</span>
            <span className="shrink-0 tabular-nums">
              {note && <span className="mr-2 text-xs text-muted">{note}</span>}
              <span className="font-medium">{said}</span>
            </span>
          </div>
          <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-raised">
            <div
              className="h-full rounded-full"
              style={{ width: `${most > 0 ? Math.max(1, (100 * value) / most) : 0}%`, background: color }}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}
