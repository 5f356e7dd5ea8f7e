import { useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { type ApiKey, deleteV1AdminKeysId, getV1AdminKeys } from '../../api/gen/api.js';
import { adminStrings, keyStrings as text } from '../../strings/en/admin.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { formatTime } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { CreateKeyDialog } from './create-key-dialog.js';
import { MoreButton } from './more-button.js';
import { usePages } from './use-pages.js';

const queryKey = ['admin', 'keys'];

export function KeysSection() {
  const client = useQueryClient();
  const keys = usePages<ApiKey>(queryKey, ({ cursor, signal }) =>
    getV1AdminKeys({ limit: 50, ...(cursor ? { cursor } : {}) }, { signal }),
  );
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  const refresh = () => client.invalidateQueries({ queryKey });
  return (
    <Card
      heading={adminStrings.sections.keys}
      actions={
        <Button look="primary" icon={<KeyRound className="size-4" aria-hidden />} onClick={() => setCreating(true)}>
          {text.create}
        </Button>
      }
    >
      <Loaded query={keys}>
        {(rows) => (
          <DataTable
            label={text.label}
            rows={rows}
            rowKey={({ id }) => id}
            empty={text.empty}
            columns={[
              { heading: text.owner, cell: ({ owner }) => <span className="font-medium">{owner}</span> },
              { heading: text.name, cell: ({ name }) => name ?? '–' },
              {
                heading: text.scopes,
                cell: ({ scopes }) => (
                  <span className="flex flex-wrap gap-1">
                    {scopes.map((scope) => (
                      <Badge key={scope} tone={scope === 'admin' ? 'warning' : 'neutral'}>
                        {scope}
                      </Badge>
                    ))}
                  </span>
                ),
              },
              {
                heading: text.limits,
                cell: ({ limits }) =>
                  (limits && text.rates(limits.requests_per_minute, limits.requests_per_hour)) || adminStrings.none,
              },
              { heading: text.created, cell: ({ created_at }) => formatTime(created_at) },
              {
                heading: text.expires,
                cell: ({ expires_at }) => (expires_at ? formatTime(expires_at) : adminStrings.never),
              },
              {
                heading: text.lastUsed,
                cell: ({ last_used_at }) => (last_used_at ? formatTime(last_used_at) : adminStrings.never),
              },
              {
                heading: '',
                cell: (key) => (
                  <Button
                    size="small"
                    onClick={() => setRevoking(key)}
                    aria-label={`${text.revoke} ${key.name ?? key.owner}`}
                  >
                    {text.revoke}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <MoreButton more={keys.more} busy={keys.loadingMore} />
      <CreateKeyDialog open={creating} onClose={() => setCreating(false)} onCreated={() => void refresh()} />
      <ConfirmDialog
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={text.revokeTitle(revoking?.name ?? revoking?.owner ?? '')}
        description={text.revokeDetail}
        confirm={text.revoke}
        onConfirm={async () => {
          if (revoking) await deleteV1AdminKeysId(revoking.id);
          await refresh();
        }}
      />
    </Card>
  );
}
