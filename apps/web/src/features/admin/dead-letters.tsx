import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeadLetter, getV1AdminQueueFailed, postV1AdminQueueRetryFailed } from '../../api/gen/api.js';
import { queueStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { toasts } from '../../ui/toasts.js';
import { MoreButton } from './more-button.js';
import { usePages } from './use-pages.js';

/** At most so many are tried again in one request. */
const most = 100;

/** What failed for good, and trying it again. */
export function DeadLetters() {
  const client = useQueryClient();
  const letters = usePages<DeadLetter>(['admin', 'queue', 'failed'], ({ cursor, signal }) =>
    getV1AdminQueueFailed({ limit: 20, ...(cursor ? { cursor } : {}) }, { signal }),
  );
  const [retrying, setRetrying] = useState<readonly string[]>([]);
  const retry = async () => {
    const { retries } = await postV1AdminQueueRetryFailed({ ids: [...retrying] });
    const refused = retries.filter(({ retry_id: id }) => id === null).length;
    toasts.done(text.retried(retries.length - refused, refused));
    await client.invalidateQueries({ queryKey: ['admin', 'queue'] });
  };
  const shown = letters.data?.slice(0, most).map(({ id }) => id) ?? [];
  return (
    <Card
      heading={text.failed}
      actions={
        shown.length > 0 && (
          <Button size="small" onClick={() => setRetrying(shown)}>
            {text.retryAll(shown.length)}
          </Button>
        )
      }
    >
      <p className="mb-3 text-sm text-muted">{text.failedHint}</p>
      <Loaded query={letters}>
        {(rows) => (
          <DataTable
            label={text.failed}
            rows={rows}
            rowKey={({ id }) => id}
            empty={text.failedEmpty}
            columns={[
              { heading: text.at, cell: ({ updated_at: at }) => <TimeAgo iso={at} /> },
              { heading: text.owner, cell: ({ owner }) => owner },
              { heading: text.model, cell: ({ model_id: model }) => model },
              {
                heading: text.error,
                cell: ({ error }) => (
                  <span title={error?.message}>
                    <code>{error?.code}</code>
                  </span>
                ),
              },
              {
                heading: '',
                cell: ({ id }) => (
                  <Button size="small" aria-label={`${text.retry} ${id}`} onClick={() => setRetrying([id])}>
                    {text.retry}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <MoreButton more={letters.more} busy={letters.loadingMore} />
      <ConfirmDialog
        open={retrying.length > 0}
        onClose={() => setRetrying([])}
        title={text.retryTitle(retrying.length)}
        description={text.retryDetail}
        confirm={text.retry}
        onConfirm={retry}
      />
    </Card>
  );
}
