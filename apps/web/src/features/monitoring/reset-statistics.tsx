import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postMonitoringResetStats } from '../../api/gen/api.js';
import { monitoringStrings as text } from '../../strings/en/monitoring.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { formatTime } from '../../ui/format.js';

/** Since when totals are counted, and counting them anew. */
export function ResetStatistics({ since }: { readonly since: string | null }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const reset = async () => {
    await postMonitoringResetStats({});
    await queries.invalidateQueries({ queryKey: ['monitoring'] });
  };
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {since === null ? text.countingAlways : text.countingSince(formatTime(since))}
      <Button size="small" onClick={() => setAsking(true)}>
        {text.reset}
      </Button>
      <ConfirmDialog
        dark
        open={asking}
        onClose={() => setAsking(false)}
        title={text.resetTitle}
        description={text.resetDetail}
        confirm={text.resetConfirm}
        onConfirm={reset}
      />
    </p>
  );
}
