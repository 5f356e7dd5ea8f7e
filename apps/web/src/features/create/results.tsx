import { useQuery } from '@tanstack/react-query';
import { Images } from 'lucide-react';
import type { RefObject } from 'react';
import { Link } from 'wouter';
import { getSuggestionsRandom } from '../../api/gen/api.js';
import type { GenerationActs } from '../../generations/generation-acts.js';
import { JobList } from '../../generations/job-list.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { EmptyState } from '../../ui/states.js';

/** What was started in this tab, newest first; ideas to begin with while there is nothing. */
export function Results({
  ids,
  acts,
  heading,
  onClear,
  onIdea,
}: {
  readonly ids: readonly string[];
  readonly acts: GenerationActs;
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly onClear: () => void;
  readonly onIdea: (prompt: string) => void;
}) {
  return (
    <section aria-labelledby="results-title" className="min-w-0">
      <header className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 id="results-title" ref={heading} className="scroll-mt-16">
          {text.results}
        </h2>
        {ids.length > 0 && (
          <Button size="small" look="plain" title={text.clearHint} onClick={onClear}>
            {text.clearResults}
          </Button>
        )}
      </header>
      {ids.length > 0 ? <JobList ids={ids} {...acts} /> : <Ideas onIdea={onIdea} />}
    </section>
  );
}

function Ideas({ onIdea }: { readonly onIdea: (prompt: string) => void }) {
  const { data } = useQuery({
    queryKey: ['suggestions', 'ideas'],
    queryFn: ({ signal }) => getSuggestionsRandom({ count: '3' }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <EmptyState icon={<Images aria-hidden />} title={text.noResults}>
      <p>{text.noResultsDetail}</p>
      <ul className="mt-3 flex flex-col gap-2">
        {data?.prompts.map(({ prompt }) => (
          <li key={prompt}>
            <Button
              size="small"
              className="max-w-full py-1 text-left whitespace-normal!"
              onClick={() => onIdea(prompt)}
            >
              {prompt}
            </Button>
          </li>
        ))}
      </ul>
      <p className="mt-4">
        <Link href="/gallery" className="text-accent underline">
          {text.everything}
        </Link>
      </p>
    </EmptyState>
  );
}
