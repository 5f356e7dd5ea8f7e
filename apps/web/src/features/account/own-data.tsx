import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { deleteV1Me, getV1MeDeletion, type UserDeletion } from '../../api/gen/api.js';
import { download } from '../../media/download.js';
import { accountStrings as text } from '../../strings/en/account.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { formatNumber } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';

const key = ['me', 'deletion'];

/** Taking everything along, and deleting it. */
export function OwnData() {
  const [exporting, setExporting] = useState<{ busy: boolean; problem?: unknown }>({ busy: false });
  const [removing, setRemoving] = useState(false);
  const deletion = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getV1MeDeletion({}, { signal }),
    retry: false,
    // Most people never deleted anything: no report is the answer, not an error.
    throwOnError: false,
    refetchInterval: ({ state }) => (state.data && state.data.status !== 'completed' ? 5_000 : false),
  });
  const exportAll = async () => {
    setExporting({ busy: true });
    try {
      await download('/api/v1/me/export', text.exportName);
      setExporting({ busy: false });
    } catch (problem) {
      setExporting({ busy: false, problem });
    }
  };
  return (
    <Card heading={text.data}>
      <p className="mb-4 text-sm text-muted">{text.dataHint}</p>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<Download className="size-4" aria-hidden />}
          busy={exporting.busy}
          onClick={() => void exportAll()}
        >
          {exporting.busy ? text.exporting : text.export}
        </Button>
        <Button icon={<Trash2 className="size-4 text-danger" aria-hidden />} onClick={() => setRemoving(true)}>
          {text.remove}
        </Button>
      </div>
      {exporting.problem !== undefined && (
        <ProblemNotice problem={exporting.problem} onRetry={() => void exportAll()} className="mt-3" />
      )}
      {deletion.data && <DeletionReport deletion={deletion.data} />}
      <RemoveDialog open={removing} onClose={() => setRemoving(false)} />
    </Card>
  );
}

function RemoveDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<{ busy: boolean; problem?: unknown }>({ busy: false });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      client.setQueryData(key, await deleteV1Me({ xConfirmDeletion: text.removePhrase }));
      setState({ busy: false });
      onClose();
    } catch (problem) {
      setState({ busy: false, problem });
    }
  };
  return (
    <Dialog open={open} onClose={onClose} title={text.removeTitle}>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <p className="text-muted">{text.removeDetail}</p>
        <TextField
          label={text.removeType(text.removePhrase)}
          value={typed}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
        />
        {state.problem !== undefined && <ProblemNotice problem={state.problem} />}
        <div className="flex justify-end">
          <Button
            type="submit"
            look="danger"
            busy={state.busy}
            disabled={typed.trim().toLowerCase() !== text.removePhrase}
          >
            {text.removeConfirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function DeletionReport({ deletion }: { readonly deletion: UserDeletion }) {
  const rows = deletion.services.map(({ service, status, kinds }) => ({
    service,
    confirmed: status === 'done',
    deleted: kinds.reduce((sum, kind) => sum + kind.deleted, 0),
    anonymised: kinds.reduce((sum, kind) => sum + kind.anonymised, 0),
  }));
  return (
    <div className="mt-5 space-y-2" role="status">
      <h3>{text.deletion}</h3>
      <p className="text-sm">{text.deletionStatus[deletion.status]}</p>
      <DataTable
        label={text.deletion}
        rows={rows}
        rowKey={({ service }) => service}
        empty=""
        columns={[
          { heading: text.deletionService, cell: ({ service }) => service },
          { heading: text.deletionDeleted, numeric: true, cell: ({ deleted }) => formatNumber(deleted) },
          { heading: text.deletionAnonymised, numeric: true, cell: ({ anonymised }) => formatNumber(anonymised) },
          {
            heading: text.deletionConfirmed,
            cell: ({ confirmed }) => (
              <Badge tone={confirmed ? 'success' : 'neutral'}>{confirmed ? text.yes : text.notYet}</Badge>
            ),
          },
        ]}
      />
    </div>
  );
}
