import { useRef, useState } from 'react';
import { useUploads } from '../../media/use-uploads.js';
import { useSettings } from '../../settings/settings.js';
import { useDraft } from '../../settings/use-draft.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Page } from '../../ui/page.js';
import { Composer } from './composer.js';
import { type Draft, emptyDraft, imagesLeft, toPlanRequest } from './draft.js';
import { parameterFields } from './parameter-fields.js';
import { PlanPanel } from './plan-panel.js';
import { isAbout } from './refusals.js';
import { Results } from './results.js';
import { StartProblem } from './start-problem.js';
import { useAdoptedPreferences } from './use-adopted-preferences.js';
import { useModels } from './use-catalogue.js';
import { useLatestSuccess } from './use-latest-success.js';
import { usePlan } from './use-plan.js';
import { usePrefill } from './use-prefill.js';
import { useSession } from './use-session.js';
import { useSubmit } from './use-submit.js';

/** Results that stay in the list of this tab. */
const mostResults = 20;

/** From words to a picture or a video: prompt, live plan, price, result. */
export function CreatePage() {
  useAdoptedPreferences();
  const [stored, setDraft] = useDraft<Draft>('create', emptyDraft);
  const draft = { ...emptyDraft, ...stored };
  usePrefill(setDraft);
  const [results, setResults] = useDraft<readonly string[]>('create-results', []);
  const [replaced, setReplaced] = useState<string>();
  const [announcement, setAnnouncement] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const resultsHeading = useRef<HTMLHeadingElement>(null);

  const change = (changes: Partial<Draft>) => {
    if (changes.prompt !== undefined) setReplaced(undefined);
    setDraft((before) => ({ ...before, ...changes }));
  };
  const replacePrompt = (prompt: string) => {
    change({ prompt });
    if (draft.prompt.trim() !== '') setReplaced(draft.prompt);
  };
  const edit = (changes: Partial<Draft>) => {
    if (changes.prompt === undefined) change(changes);
    else replacePrompt(changes.prompt);
    box.current?.focus();
  };

  const undo = () => {
    change({ prompt: replaced ?? '' });
    box.current?.focus();
  };

  const uploads = useUploads((image) => setDraft((before) => ({ ...before, images: [...before.images, image] })));
  const addFiles = (files: readonly File[]) => {
    const room = imagesLeft(draft) - uploads.pending.length;
    if (room > 0 && files.length > 0) void uploads.add(files, room);
  };

  const inSession = useSession(draft.sessionId, useLatestSuccess(results, draft.sessionId));
  const models = useModels();
  const model = models.data?.find(({ model_id: id }) => id === draft.modelId);
  const request = toPlanRequest(draft, useSettings(), model && parameterFields(model).map(({ name }) => name));
  const context = inSession.session?.working_image_url?.split('?')[0] ?? '';
  const planning = usePlan(request, context);

  const addResult = (id: string) =>
    setResults((before) => [id, ...before.filter((each) => each !== id)].slice(0, mostResults));
  const submit = useSubmit(({ id }) => {
    addResult(id);
    setAnnouncement(text.started);
    const heading = resultsHeading.current;
    if (heading && heading.getBoundingClientRect().top > window.innerHeight - 200) heading.scrollIntoView();
  });
  const generate = () => {
    setAnnouncement('');
    if (request) submit.press(request, context);
  };
  const isSamePress = JSON.stringify(submit.pressed) === JSON.stringify(request);

  return (
    <Page title={text.title} description={text.description}>
      <p role="status" className="sr-only">
        {announcement}
      </p>
      <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Composer
            draft={draft}
            plan={planning.plan}
            isPlanCurrent={planning.isCurrent}
            inSession={inSession}
            uploads={uploads}
            box={box}
            isPromptRefused={isAbout('prompt', planning.problem)}
            isStarting={submit.isPending}
            undo={replaced === undefined ? undefined : undo}
            onChange={change}
            onReplacePrompt={replacePrompt}
            onFiles={addFiles}
            onGenerate={generate}
          />
          {submit.problem && isSamePress && (
            <StartProblem
              problem={submit.problem}
              onRetry={submit.again}
              onSuggestion={(prompt) => edit({ prompt })}
              onModel={(modelId) => edit({ modelId, provider: null })}
              onFiles={addFiles}
            />
          )}
        </div>
        <div className="min-w-0 xl:sticky xl:top-5 xl:col-start-2 xl:row-span-2 xl:row-start-1 xl:max-h-[calc(100dvh-2.5rem)] xl:self-start xl:overflow-y-auto">
          <PlanPanel
            planning={planning}
            isWanted={request !== undefined}
            draft={draft}
            onChange={change}
            onFiles={addFiles}
          />
        </div>
        <Results
          ids={results}
          heading={resultsHeading}
          acts={{
            onStarted: ({ id }) => addResult(id),
            onUseImage: (workingImage) => edit({ workingImage }),
            onSuggestion: (prompt) => edit({ prompt }),
          }}
          onClear={() => setResults([])}
          onIdea={(prompt) => edit({ prompt })}
        />
      </div>
    </Page>
  );
}
