import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { type ImageJob, type ImageJobStatus, postV1AiJobIdCancel } from '../../api/gen/api.js';
import { jobStrings as text, playgroundStrings } from '../../strings/en/playground.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { formatDollars, formatSeconds } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { DownloadAll } from './download-all.js';
import { FailedImages } from './failed-images.js';
import { ImageTile } from './image-tile.js';
import { imagesOf, isActive, type JobImage, totalBytes } from './job-images.js';
import { JobStatusBadge } from './job-status-badge.js';
import { ResultDialog } from './result-dialog.js';
import { sizeChange } from './size-change.js';
import { useImageJob } from './use-image-job.js';

/** A job with its pictures, as they get done. */
export function JobView({
  id,
  names,
  onClose,
}: {
  readonly id: string;
  /** Names of its files, as far as this tab knows them. */
  readonly names: readonly string[];
  readonly onClose: () => void;
}) {
  const { query, status } = useImageJob(id);
  const job = query.data;
  return (
    <Card
      aria-busy={job !== undefined && isActive(job.status)}
      heading={job ? playgroundStrings.types[job.type] : playgroundStrings.resultTitle}
      actions={
        <>
          {job && <JobStatusBadge status={newest(job, status).status} />}
          <Button
            look="plain"
            size="icon"
            aria-label={text.close}
            icon={<X className="size-4" aria-hidden />}
            onClick={onClose}
          />
        </>
      }
    >
      <Loaded query={query} skeleton={<Skeleton className="h-64" />}>
        {(loaded) => <Shown job={loaded} status={newest(loaded, status)} names={names} />}
      </Loaded>
    </Card>
  );
}

function newest(
  job: ImageJob,
  status: ImageJobStatus | undefined,
): Pick<ImageJobStatus, 'status'> & Partial<ImageJobStatus> {
  // A job that was read after its end knows more than the last event before a reload.
  return status && isActive(job.status) ? status : { status: job.status };
}

function Shown({
  job,
  status,
  names,
}: {
  readonly job: ImageJob;
  readonly status: Pick<ImageJobStatus, 'status'> & Partial<ImageJobStatus>;
  readonly names: readonly string[];
}) {
  const [looking, setLooking] = useState<number>();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => postV1AiJobIdCancel(job.job_id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['playground'] }),
  });
  const images = imagesOf(job, status, (index) => names[index] ?? text.picture(index + 1));
  const done = images.filter(({ state }) => state === 'done');
  const ended = images.filter(({ state }) => state === 'done' || state === 'failed').length;
  const active = isActive(status.status);
  return (
    <div className="space-y-4">
      {active && <ProgressBar value={status.progress} label={text.progressLabel} />}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted" aria-live="polite">
          {text.progress(Math.max(ended, status.processed ?? 0), images.length)}
          {!active && <Summary job={job} images={images} />}
        </p>
        <div className="flex flex-wrap gap-2">
          {active && (
            <Button size="small" busy={cancel.isPending} onClick={() => cancel.mutate()}>
              {text.cancel}
            </Button>
          )}
          {done.length > 1 && <DownloadAll job={job} images={done} />}
        </div>
      </div>
      {cancel.error && <ProblemNotice problem={cancel.error} />}
      <FailedImages images={images} />
      <ul className="grid grid-cols-1 gap-3 min-[26rem]:grid-cols-2 md:grid-cols-3">
        {images.map((image) => (
          <li key={image.index} className="min-w-0">
            <ImageTile image={image} onLook={() => setLooking(image.index)} />
          </li>
        ))}
      </ul>
      {looking !== undefined && (
        <ResultDialog
          images={done}
          at={done.findIndex(({ index }) => index === looking)}
          onMove={(at) => setLooking(done[at]?.index)}
          onClose={() => setLooking(undefined)}
        />
      )}
    </div>
  );
}

function Summary({ job, images }: { readonly job: ImageJob; readonly images: readonly JobImage[] }) {
  const { before, after } = totalBytes(images);
  const parts = [
    ...(job.processing_time_ms > 0 ? [text.took(formatSeconds(job.processing_time_ms / 1_000))] : []),
    ...(job.cost > 0 ? [text.cost(formatDollars(job.cost))] : []),
    ...(job.type === 'batch_optimization' && before > 0 ? [sizeChange(before, after)] : []),
  ];
  return parts.map((part) => ` · ${part}`).join('');
}
