import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Budgets, getV1AdminBudgets, putV1AdminBudgets } from '../../api/gen/api.js';
import { adminStrings, budgetStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { DataTable } from '../../ui/data-table.js';
import { TextField } from '../../ui/field.js';
import { formatDollars, formatPercent } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { Loaded } from '../../ui/states.js';
import { toasts } from '../../ui/toasts.js';
import { ChannelChoice } from './channel-choice.js';
import { parsePercents } from './parse-percents.js';

const queryKey = ['admin', 'budgets'];

/** What was spent of the budgets, and who is told when. */
export function BudgetsSection() {
  const query = useQuery({ queryKey, queryFn: ({ signal }) => getV1AdminBudgets({ signal }), refetchInterval: 30_000 });
  return (
    <Loaded query={query}>
      {(budgets) => (
        <div className="grid gap-5 lg:grid-cols-2">
          <div className="space-y-5">
            <Card heading={text.today}>
              <p className="text-2xl font-semibold tabular-nums">
                {text.of(formatDollars(budgets.day.used), formatDollars(budgets.day.limit))}
              </p>
              <div className="my-2">
                <ProgressBar label={text.today} value={budgets.day.used_percent} />
              </div>
              <p className="text-sm text-muted">{text.todayHint}</p>
            </Card>
            <Card heading={text.hour}>
              <p className="mb-2 text-sm text-muted">{text.hourHint(formatDollars(budgets.user_hour.limit))}</p>
              <DataTable
                label={text.hour}
                rows={budgets.user_hour.users}
                rowKey={({ user_id: user }) => user}
                empty={text.hourEmpty}
                columns={[
                  { heading: text.user, cell: ({ user_id: user }) => user },
                  { heading: text.used, numeric: true, cell: ({ used }) => formatDollars(used) },
                  {
                    heading: text.share,
                    numeric: true,
                    cell: ({ used_percent: percent }) => formatPercent(percent / 100),
                  },
                ]}
              />
            </Card>
          </div>
          <Card heading={text.thresholds}>
            <Thresholds key={JSON.stringify(budgets.thresholds)} budgets={budgets} />
          </Card>
        </div>
      )}
    </Loaded>
  );
}

function Thresholds({ budgets: { thresholds } }: { readonly budgets: Budgets }) {
  const client = useQueryClient();
  const [day, setDay] = useState(thresholds.day.join(', '));
  const [userHour, setUserHour] = useState(thresholds.user_hour.join(', '));
  const [channels, setChannels] = useState<readonly string[]>(thresholds.channel_ids);
  const days = parsePercents(day);
  const hours = parsePercents(userHour);
  const save = useMutation({
    mutationFn: () => putV1AdminBudgets({ day: days ?? [], user_hour: hours ?? [], channel_ids: [...channels] }),
    onSuccess: () => {
      toasts.done(adminStrings.saved);
      return client.invalidateQueries({ queryKey: ['admin'] });
    },
  });
  return (
    <form
      className="space-y-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (days && hours) save.mutate();
      }}
    >
      <TextField
        label={text.day}
        hint={text.thresholdsHint}
        error={days ? undefined : text.invalid}
        value={day}
        onChange={({ target }) => setDay(target.value)}
      />
      <TextField
        label={text.userHour}
        error={hours ? undefined : text.invalid}
        value={userHour}
        onChange={({ target }) => setUserHour(target.value)}
      />
      <ChannelChoice label={text.channels} everyone={text.everyChannel} value={channels} onChange={setChannels} />
      {save.error && <ProblemNotice problem={save.error} />}
      <Button type="submit" look="primary" busy={save.isPending} disabled={!days || !hours}>
        {adminStrings.save}
      </Button>
    </form>
  );
}
