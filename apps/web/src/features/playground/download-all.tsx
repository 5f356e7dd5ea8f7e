import { useMutation } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import type { ImageJob } from '../../api/gen/api.js';
import { jobStrings as text } from '../../strings/en/playground.js';
import { Button } from '../../ui/button.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { downloadZip } from './download-zip.js';
import type { JobImage } from './job-images.js';
import { resultNames } from './result-names.js';

/** All results in one zip, under the names of their sources. */
export function DownloadAll({ job, images }: { readonly job: ImageJob; readonly images: readonly JobImage[] }) {
  const [fetched, setFetched] = useState(0);
  const results = images.map(({ name, after = '' }) => ({ name, url: after }));
  const zip = useMutation({
    mutationFn: () => {
      const names = resultNames(results);
      const files = results.map(({ url }, at) => ({ url, name: names[at] ?? `${at + 1}` }));
      return downloadZip(files, text.zipName(job.job_id.slice(0, 12)), setFetched);
    },
  });
  return (
    <>
      <Button
        size="small"
        busy={zip.isPending}
        icon={<Archive className="size-4" aria-hidden />}
        onClick={() => zip.mutate()}
      >
        {zip.isPending ? text.zipping(fetched, images.length) : text.downloadAll}
      </Button>
      {zip.error && <ProblemNotice problem={zip.error} />}
    </>
  );
}
