import { useState } from 'react';
import { type AuditedAct, getV1AdminAudit } from '../../api/gen/api.js';
import { adminStrings, auditStrings as text } from '../../strings/en/admin.js';
import { Badge } from '../../ui/badge.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { TextField } from '../../ui/field.js';
import { formatTime } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { useDebounced } from '../../ui/use-debounced.js';
import { MoreButton } from './more-button.js';
import { usePages } from './use-pages.js';

/** Who did what, newest first. */
export function AuditSection() {
  const [filter, setFilter] = useState({ actor: '', act: '', since: '', until: '' });
  const asked = useDebounced(filter, 300);
  const acts = usePages<AuditedAct>(['admin', 'audit', asked], ({ cursor, signal }) =>
    getV1AdminAudit(
      {
        limit: 50,
        ...(cursor ? { cursor } : {}),
        ...(asked.actor.trim() ? { actor: asked.actor.trim() } : {}),
        ...(asked.act.trim() ? { act: asked.act.trim() } : {}),
        ...(asked.since ? { since: new Date(asked.since).toISOString() } : {}),
        ...(asked.until ? { until: new Date(asked.until).toISOString() } : {}),
      },
      { signal },
    ),
  );
  const set = (changes: Partial<typeof filter>) => setFilter((before) => ({ ...before, ...changes }));
  return (
    <Card heading={adminStrings.sections.audit}>
      <div className="mb-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <TextField label={text.actor} value={filter.actor} onChange={({ target }) => set({ actor: target.value })} />
        <TextField
          label={text.act}
          value={filter.act}
          placeholder="key.create"
          onChange={({ target }) => set({ act: target.value })}
        />
        <TextField
          label={text.since}
          type="datetime-local"
          value={filter.since}
          onChange={({ target }) => set({ since: target.value })}
        />
        <TextField
          label={text.until}
          type="datetime-local"
          value={filter.until}
          onChange={({ target }) => set({ until: target.value })}
        />
      </div>
      <Loaded query={acts}>
        {(rows) => (
          <DataTable
            label={text.label}
            rows={rows}
            rowKey={({ id }) => String(id)}
            empty={text.empty}
            columns={[
              { heading: text.at, cell: ({ at }) => <span className="whitespace-nowrap">{formatTime(at)}</span> },
              { heading: text.actor, cell: ({ actor }) => actor },
              { heading: text.act, cell: ({ act }) => <code>{act}</code> },
              { heading: text.subject, cell: ({ subject }) => <span className="break-all">{subject}</span> },
              {
                heading: text.outcome,
                cell: ({ outcome }) => (
                  <Badge tone={outcome === 'done' ? 'success' : 'warning'}>
                    {outcome === 'done' ? text.done : outcome}
                  </Badge>
                ),
              },
              { heading: text.change, cell: (act) => <Change act={act} /> },
            ]}
          />
        )}
      </Loaded>
      <MoreButton more={acts.more} busy={acts.loadingMore} />
    </Card>
  );
}

/** What was before and after, where something changed. */
function Change({ act }: { readonly act: AuditedAct }) {
  const { before, after } = act;
  if (before === null && after === null) return '–';
  return (
    <details>
      <summary>{text.details}</summary>
      <pre className="mt-1 max-w-md overflow-x-auto rounded bg-raised p-2 text-xs whitespace-pre-wrap">
        {JSON.stringify({ before, after }, null, 2)}
      </pre>
    </details>
  );
}
