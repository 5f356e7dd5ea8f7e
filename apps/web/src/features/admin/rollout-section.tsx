import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteV1AdminRollout, getV1AdminRollout, putV1AdminRollout, type Rollout } from '../../api/gen/api.js';
import { rolloutStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { formatTime } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Slider } from '../../ui/slider.js';
import { Loaded } from '../../ui/states.js';
import { Switch } from '../../ui/switch.js';
import { toasts } from '../../ui/toasts.js';

const queryKey = ['admin', 'rollout'];

export function RolloutSection() {
  const query = useQuery({ queryKey, queryFn: ({ signal }) => getV1AdminRollout({ signal }) });
  return (
    <Card heading={text.heading} className="max-w-2xl">
      <p className="mb-4 text-sm text-muted">{text.detail}</p>
      <Loaded query={query}>{(rollout) => <Form key={JSON.stringify(rollout)} rollout={rollout} />}</Loaded>
    </Card>
  );
}

function Form({ rollout }: { readonly rollout: Rollout }) {
  const client = useQueryClient();
  const [enabled, setEnabled] = useState(rollout.ai_enabled);
  const [percentage, setPercentage] = useState(rollout.percentage);
  const done = (after: Rollout) => {
    client.setQueryData(queryKey, after);
    toasts.done(text.applied);
  };
  const apply = useMutation({
    mutationFn: () => putV1AdminRollout({ ai_enabled: enabled, percentage }),
    onSuccess: done,
  });
  const reset = useMutation({ mutationFn: () => deleteV1AdminRollout(), onSuccess: done });
  const changed = enabled !== rollout.ai_enabled || percentage !== rollout.percentage;
  const problem = apply.error ?? reset.error;
  return (
    <div className="space-y-4">
      <Switch label={text.enabled} checked={enabled} onChange={setEnabled} />
      <Slider
        label={text.share}
        value={percentage}
        min={0}
        max={100}
        format={(value) => `${value} %`}
        disabled={!enabled}
        onChange={setPercentage}
      />
      <p className="text-sm text-muted">
        {rollout.decided_at ? text.decided(formatTime(rollout.decided_at)) : text.holds}{' '}
        {text.configured(rollout.configured.ai_enabled, rollout.configured.percentage)}
        {rollout.experiment_id !== null && ` ${text.experiment}`}
      </p>
      {problem && <ProblemNotice problem={problem} />}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" busy={apply.isPending} disabled={!changed} onClick={() => apply.mutate()}>
          {text.apply}
        </Button>
        <Button busy={reset.isPending} disabled={rollout.decided_at === null} onClick={() => reset.mutate()}>
          {text.useConfigured}
        </Button>
      </div>
    </div>
  );
}
