import { Link } from 'wouter';
import type { Generation } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Card } from '../ui/card.js';
import { formatName } from '../ui/format.js';
import { Loaded, Skeleton } from '../ui/states.js';
import type { GenerationActs } from './generation-acts.js';
import { GenerationDetailsFold } from './generation-details.js';
import { GenerationProgress } from './generation-progress.js';
import { GenerationResult } from './generation-result.js';
import { GenerationUnfinished } from './generation-unfinished.js';
import { StatusBadge } from './status-badge.js';
import { useGeneration } from './use-generation.js';

/** One generation: how far it is, what came of it, and what can be done next. */
export function GenerationCard({ id, ...acts }: { readonly id: string } & GenerationActs) {
  const query = useGeneration(id);
  return (
    <Loaded query={query} skeleton={<Skeleton className="h-40" />}>
      {(generation) => (
        <Card aria-label={generation.prompt}>
          <header className="mb-3 flex items-start justify-between gap-3">
            <div className="min-w-0">
              <h3 className="line-clamp-2 break-words">
                <Link href={`/gallery/${generation.id}`} className="hover:underline">
                  {generation.prompt}
                </Link>
              </h3>
              <p className="text-sm text-muted">
                {formatName(generation.workflow_type)} · {text.by(generation.model_id, generation.provider)}
              </p>
            </div>
            <StatusBadge status={generation.status} />
          </header>
          <GenerationBody generation={generation} {...acts} />
          <GenerationDetailsFold generation={generation} />
        </Card>
      )}
    </Loaded>
  );
}

/** The part of a generation that changes while it runs. */
export function GenerationBody({ generation, ...acts }: { readonly generation: Generation } & GenerationActs) {
  switch (generation.status) {
    case 'queued':
    case 'running':
      return <GenerationProgress generation={generation} />;
    case 'succeeded':
      return <GenerationResult generation={generation} {...acts} />;
    case 'failed':
    case 'cancelled':
      return <GenerationUnfinished generation={generation} {...acts} />;
  }
}
