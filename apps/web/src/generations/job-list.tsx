import { useState } from 'react';
import type { GenerationActs } from './generation-acts.js';
import { GenerationCard } from './generation-card.js';

/**
 * Generations by id, in the given order, each live until it ends and then with its result. What is started from one of them
 * (again, refined, on another model) is told to `onStarted`, or stands above it when nobody listens.
 */
export function JobList({ ids, onStarted, ...acts }: { readonly ids: readonly string[] } & GenerationActs) {
  const [added, setAdded] = useState<readonly { readonly id: string; readonly before: string }[]>([]);
  const all = added.reduce<readonly string[]>((list, { id, before }) => {
    if (list.includes(id)) return list;
    return list.toSpliced(Math.max(0, list.indexOf(before)), 0, id);
  }, ids);
  return (
    <ul className="space-y-4">
      {all.map((id) => (
        <li key={id}>
          <GenerationCard
            id={id}
            {...acts}
            onStarted={onStarted ?? ((next) => setAdded((known) => [...known, { id: next.id, before: id }]))}
          />
        </li>
      ))}
    </ul>
  );
}
