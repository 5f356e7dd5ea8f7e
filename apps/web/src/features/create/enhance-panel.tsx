import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { postSuggestionsEnhance } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { Segmented } from '../../ui/segmented.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { Switch } from '../../ui/switch.js';
import { TextDifference } from '../../ui/text-difference.js';
import type { Workflow } from './draft.js';

type Strategy = 'quick' | 'llm';

/** What a prompt could become, with what would be added marked, to be taken or left. */
export function EnhancePanel({
  prompt,
  workflow,
  onTake,
  onClose,
}: {
  readonly prompt: string;
  readonly workflow: Workflow | undefined;
  readonly onTake: (enhanced: string) => void;
  readonly onClose: () => void;
}) {
  const [strategy, setStrategy] = useState<Strategy>('quick');
  const [addStyle, setAddStyle] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const wish = { prompt, strategy, add_style: addStyle, ...(workflow ? { workflow_type: workflow } : {}) };
  const query = useQuery({
    queryKey: ['suggestions', 'enhance', wish],
    queryFn: ({ signal }) => postSuggestionsEnhance(wish, { signal }),
    staleTime: 60_000,
  });
  const enhanced = query.data?.enhanced ?? prompt;
  return (
    <section
      aria-labelledby="enhance-title"
      className="mt-3 space-y-3 rounded-lg border border-line bg-canvas p-3"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 id="enhance-title" ref={heading} tabIndex={-1} className="outline-none">
          {text.enhanceTitle}
        </h3>
        <Segmented
          label={text.enhanceBy}
          value={strategy}
          choices={[
            { value: 'quick', label: text.strategies.quick },
            { value: 'llm', label: text.strategies.llm },
          ]}
          onChoose={setStrategy}
        />
      </div>
      <Loaded query={query} skeleton={<Skeleton className="h-12" />}>
        {({ warnings }) => (
          <div aria-live="polite" className="space-y-2 text-sm">
            {enhanced === prompt ? (
              <p className="text-muted">{text.unchanged}</p>
            ) : (
              <TextDifference before={prompt} after={enhanced} />
            )}
            {warnings.map((warning) => (
              <p key={warning} className="text-muted">
                {warning}
              </p>
            ))}
          </div>
        )}
      </Loaded>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" look="primary" disabled={enhanced === prompt} onClick={() => onTake(enhanced)}>
          {text.useEnhanced}
        </Button>
        <Button size="small" onClick={onClose}>
          {text.keepMine}
        </Button>
        <span className="ml-auto">
          <Switch label={text.enhanceStyle} checked={addStyle} onChange={setAddStyle} />
        </span>
      </div>
    </section>
  );
}
