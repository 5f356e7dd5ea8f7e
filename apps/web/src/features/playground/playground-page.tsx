import { Wand } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'wouter';
import { playgroundStrings as text } from '../../strings/en/playground.js';
import { Page } from '../../ui/page.js';
import { EmptyState } from '../../ui/states.js';
import { Composer } from './composer.js';
import { JobView } from './job-view.js';
import { RecentJobs } from './recent-jobs.js';
import { useComposer } from './use-composer.js';

/** Image jobs: what to do at one side, results at the other. The job that is shown is in the address. */
export function PlaygroundPage() {
  const [search, setSearch] = useSearchParams();
  const shown = search.get('job');
  const results = useRef<HTMLDivElement>(null);
  const started = useRef(false);
  const show = (jobId: string | undefined) => setSearch(jobId === undefined ? {} : { job: jobId });
  const composer = useComposer((jobId) => {
    started.current = true;
    show(jobId);
  });
  useEffect(() => {
    // On a phone results stand below the form: that is where one looks now.
    if (started.current) results.current?.scrollIntoView({ block: 'start' });
    started.current = false;
  }, [shown]);
  return (
    <Page title={text.title} description={text.description}>
      <div className="grid gap-6 xl:grid-cols-[27rem_minmax(0,1fr)]">
        <Composer composer={composer} />
        <div ref={results} className="min-w-0 scroll-mt-16 space-y-6">
          {shown ? (
            <JobView key={shown} id={shown} names={composer.namesOf(shown)} onClose={() => show(undefined)} />
          ) : (
            <EmptyState icon={<Wand aria-hidden />} title={text.resultEmpty}>
              {text.resultEmptyDetail}
            </EmptyState>
          )}
          <RecentJobs shown={shown} onShow={show} />
        </div>
      </div>
    </Page>
  );
}
