import { jobStrings, playgroundStrings as text } from '../../strings/en/playground.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { formatTime } from '../../ui/format.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { Loaded } from '../../ui/states.js';
import { isActive } from './job-images.js';
import { jobIcons } from './job-type-picker.js';
import { JobStatusBadge } from './job-status-badge.js';
import { useImageJobs } from './use-image-job.js';

/** The person's jobs, newest first; one opens its results. */
export function RecentJobs({
  shown,
  onShow,
}: {
  readonly shown: string | null;
  readonly onShow: (jobId: string) => void;
}) {
  const query = useImageJobs();
  return (
    <Card heading={text.recent}>
      <Loaded query={query}>
        {({ pages }) => {
          const jobs = pages.flatMap(({ items }) => items);
          if (jobs.length === 0) return <p className="text-sm text-muted">{text.recentEmpty}</p>;
          return (
            <>
              <ul className="-mx-2 space-y-1">
                {jobs.map((job) => {
                  const Icon = jobIcons[job.type];
                  return (
                    <li key={job.job_id}>
                      <button
                        type="button"
                        aria-current={shown === job.job_id ? 'true' : undefined}
                        onClick={() => onShow(job.job_id)}
                        className="flex w-full items-center gap-3 rounded-lg px-2 py-2 text-left hover:bg-raised aria-[current=true]:bg-raised aria-[current=true]:outline aria-[current=true]:outline-line"
                      >
                        <Icon className="size-4.5 shrink-0 text-muted" aria-hidden />
                        <span className="min-w-0 flex-1">
                          <span className="block truncate text-sm font-medium">{text.types[job.type]}</span>
                          <span className="block text-xs text-muted">
                            {job.created_at && `${formatTime(job.created_at)} · `}
                            {jobStrings.progress(job.processed, job.total)}
                          </span>
                          {isActive(job.status) && (
                            <span className="mt-1 block">
                              <ProgressBar value={job.progress} label={jobStrings.progressLabel} />
                            </span>
                          )}
                        </span>
                        <JobStatusBadge status={job.status} />
                      </button>
                    </li>
                  );
                })}
              </ul>
              {query.hasNextPage && (
                <Button
                  size="small"
                  className="mt-3"
                  busy={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {text.moreJobs}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
