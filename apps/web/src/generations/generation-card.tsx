import { Link } from 'wouter';
import type { Generation } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Card } from '../ui/card.js';
import { formatName } from '../ui/format.js';
import { Loaded, Skeleton } from '../ui/states.js';
import { GenerationDetailsFold } from './generation-details.js';
import { GenerationProgress } from './generation-progress.js';
import { GenerationResult } from './generation-result.js';
import { GenerationUnfinished } from './generation-unfinished.js';
import { StatusBadge } from './status-badge.js';
import { useGeneration } from './use-generation.js';

/** What can come of a generation, beyond what it does itself. */
export interface GenerationActs {
  /** A result shall be the input of the next request; the Create page opens with it when absent. */
  readonly onUseImage?: ((url: string) => void) | undefined;
  /** The prompt shall be worded anew, beginning with this; the Create page opens with it when absent. */
  readonly onSuggestion?: ((prompt: string) => void) | undefined;
  /** Another model was chosen; the same is started on it when absent. */
  readonly onAlternative?:
    | ((alternative: { readonly provider: string; readonly model_id: string }) => void)
    | undefined;
  /** A new generation was started from this one; its page opens when absent. */
  readonly onStarted?: ((generation: Generation) => void) | undefined;
}

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
