import { useMutation } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import { postV1EnhancedCompare } from '../../api/gen/api.js';
import { useDraft } from '../../settings/use-draft.js';
import { compareStrings as text } from '../../strings/en/compare.js';
import { Button } from '../../ui/button.js';
import { Page } from '../../ui/page.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { EmptyState, Skeleton } from '../../ui/states.js';
import { CompareForm } from './compare-form.js';
import { Differences } from './differences.js';
import { isSameRequest, noRequest } from './compared-request.js';
import { WayCard } from './way-card.js';
import { waysDiffer } from './ways-differ.js';

/** One request, planned by the AI way and by the classic way, side by side. */
export function ComparePage() {
  const [request, setRequest] = useDraft('compare', noRequest);
  const compare = useMutation({
    mutationFn: ({ prompt, images }: typeof request) =>
      postV1EnhancedCompare({ prompt: prompt.trim(), ...(images.length > 0 ? { uploaded_images: [...images] } : {}) }),
  });
  const { data: answer, variables: asked } = compare;
  return (
    <Page title={text.title} description={text.description}>
      <div className="space-y-5">
        <CompareForm
          request={request}
          onChange={setRequest}
          busy={compare.isPending}
          onSubmit={() => compare.mutate(request)}
        />
        {compare.error && (
          <ProblemNotice
            problem={compare.error}
            onRetry={() => compare.mutate(request)}
            onSuggestion={(prompt) => setRequest({ ...request, prompt })}
          />
        )}
        {compare.isPending && (
          <div className="grid gap-4 lg:grid-cols-2">
            <Skeleton className="h-96" />
            <Skeleton className="h-96" />
          </div>
        )}
        {answer && asked && (
          <section className="space-y-4" aria-label={text.title}>
            <Differences differences={waysDiffer(answer)} />
            {!isSameRequest(asked, request) && <p className="text-sm text-warning">{text.again}</p>}
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <WayCard
                key={answer.ai_classification.request_id}
                way="ai"
                plan={answer.ai_classification}
                differences={waysDiffer(answer)}
                asked={asked}
              />
              <WayCard
                key={answer.existing_system.request_id}
                way="classic"
                plan={answer.existing_system}
                differences={waysDiffer(answer)}
                asked={asked}
              />
            </div>
          </section>
        )}
        {compare.isIdle && <Examples onChoose={(prompt) => setRequest({ ...request, prompt })} />}
      </div>
    </Page>
  );
}

function Examples({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  return (
    <EmptyState icon={<Scale aria-hidden />} title={text.empty}>
      <p>{text.emptyDetail}</p>
      <ul className="mt-3 flex flex-col items-center gap-2">
        {text.examples.map((example) => (
          <li key={example}>
            <Button size="small" className="max-w-full text-left whitespace-normal" onClick={() => onChoose(example)}>
              {example}
            </Button>
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
