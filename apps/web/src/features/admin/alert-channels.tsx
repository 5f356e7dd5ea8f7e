import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type AlertChannel,
  deleteV1AdminAlertsChannelsId,
  postV1AdminAlertsChannelsIdTest,
} from '../../api/gen/api.js';
import { adminStrings, alertStrings as text } from '../../strings/en/admin.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Loaded } from '../../ui/states.js';
import { toasts } from '../../ui/toasts.js';
import { AlertChannelDialog } from './alert-channel-dialog.js';
import { useAlertChannels } from './channel-choice.js';
import { RowActs } from './row-acts.js';

export function AlertChannels() {
  const client = useQueryClient();
  const query = useAlertChannels();
  const [editing, setEditing] = useState<AlertChannel | 'new'>();
  const [deleting, setDeleting] = useState<AlertChannel>();
  const [testing, setTesting] = useState<string>();
  const refresh = () => client.invalidateQueries({ queryKey: ['admin', 'alerts'] });
  const test = async (id: string) => {
    setTesting(id);
    try {
      const { delivered, error } = await postV1AdminAlertsChannelsIdTest(id);
      if (delivered) toasts.done(text.testOk);
      else toasts.failed(new Error(text.testFailed(error ?? '')));
    } catch (problem) {
      toasts.failed(problem);
    }
    setTesting(undefined);
  };
  return (
    <Card heading={text.channelsHeading} actions={<Button onClick={() => setEditing('new')}>{text.addChannel}</Button>}>
      <p className="mb-3 text-sm text-muted">{text.channelsHint}</p>
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label={text.channelsHeading}
            rows={items}
            rowKey={({ id }) => id}
            empty={text.channelsEmpty}
            columns={[
              {
                heading: text.name,
                cell: ({ name, enabled }) => (
                  <span className="flex items-center gap-1.5 font-medium">
                    {name}
                    {!enabled && <Badge>{text.off}</Badge>}
                  </span>
                ),
              },
              { heading: text.kind, cell: ({ kind }) => text.channelKinds[kind] },
              {
                heading: text.destination,
                cell: ({ destination }) => <span className="break-all">{destination}</span>,
              },
              {
                heading: '',
                cell: (channel) => (
                  <span className="flex gap-1.5">
                    <Button
                      size="small"
                      busy={testing === channel.id}
                      aria-label={`${text.test} ${channel.name}`}
                      onClick={() => void test(channel.id)}
                    >
                      {text.test}
                    </Button>
                    <RowActs
                      name={channel.name}
                      onEdit={() => setEditing(channel)}
                      onDelete={() => setDeleting(channel)}
                    />
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {editing && (
        <AlertChannelDialog
          channel={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => void refresh()}
        />
      )}
      <ConfirmDialog
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={text.deleteChannel(deleting?.name ?? '')}
        description={text.deleteChannelDetail}
        confirm={adminStrings.delete}
        onConfirm={async () => {
          if (deleting) await deleteV1AdminAlertsChannelsId(deleting.id);
          await refresh();
        }}
      />
    </Card>
  );
}
