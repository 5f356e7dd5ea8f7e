import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { EllipsisVertical } from 'lucide-react';
import {
  type CircuitBreaker,
  getV1AdminCircuitBreakers,
  type MoveCircuit,
  postV1AdminCircuitBreakers,
} from '../../api/gen/api.js';
import { providerStrings as text } from '../../strings/en/admin.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { formatNumber } from '../../ui/format.js';
import { Menu } from '../../ui/menu.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';

const queryKey = ['admin', 'circuits'];
const tones: Readonly<Record<CircuitBreaker['state'], Tone>> = {
  closed: 'success',
  half_open: 'warning',
  open: 'danger',
};

export function CircuitBreakers() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => getV1AdminCircuitBreakers({ signal }),
    refetchInterval: 10_000,
  });
  const move = useMutation({
    mutationFn: (change: MoveCircuit) => postV1AdminCircuitBreakers(change),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  const entries = ({ provider, model_id }: CircuitBreaker) =>
    (
      [
        ['force_open', text.forceOpen],
        ['force_close', text.forceClose],
        ['reset', text.reset],
      ] as const
    ).map(([action, label]) => ({ label, onChoose: () => move.mutate({ provider, model_id, action }) }));
  return (
    <Card heading={text.circuits}>
      <p className="mb-3 text-sm text-muted">{text.circuitsHint}</p>
      {move.error && <ProblemNotice problem={move.error} className="mb-3" />}
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label={text.circuits}
            rows={items}
            rowKey={({ provider, model_id: model }) => `${provider} ${model}`}
            empty={text.circuitsEmpty}
            columns={[
              { heading: text.model, cell: ({ model_id: model }) => model },
              {
                heading: text.state,
                cell: ({ state, held }) => (
                  <span className="flex gap-1">
                    <Badge tone={tones[state]}>{text.states[state]}</Badge>
                    {held && <Badge tone="warning">{text.held}</Badge>}
                  </span>
                ),
              },
              { heading: text.calls, numeric: true, cell: ({ calls }) => formatNumber(calls) },
              { heading: text.failures, numeric: true, cell: ({ failures }) => formatNumber(failures) },
              { heading: text.since, cell: ({ opened_at: at }) => (at ? <TimeAgo iso={at} /> : '–') },
              {
                heading: '',
                cell: (circuit) => (
                  <Menu
                    trigger={
                      <Button
                        look="plain"
                        size="icon"
                        aria-label={text.act(circuit.model_id)}
                        icon={<EllipsisVertical className="size-4" />}
                      />
                    }
                    entries={entries(circuit)}
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}
