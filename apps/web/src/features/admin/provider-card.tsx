import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type AdminProvider, type ChangeProvider, patchV1AdminProvidersProvider } from '../../api/gen/api.js';
import { adminStrings, providerStrings as text } from '../../strings/en/admin.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { NumberField } from '../../ui/field.js';
import { formatPercent, formatProvider } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Switch } from '../../ui/switch.js';
import { toasts } from '../../ui/toasts.js';

const tones: Readonly<Record<AdminProvider['status'], Tone>> = {
  up: 'success',
  degraded: 'warning',
  down: 'danger',
  disabled: 'neutral',
};

/** One provider: whether it is asked for new work, and how much of it. */
export function ProviderCard({
  provider,
  onChanged,
}: {
  readonly provider: AdminProvider;
  readonly onChanged: () => Promise<unknown>;
}) {
  const name = provider.provider;
  const [disabling, setDisabling] = useState(false);
  const [weight, setWeight] = useState(provider.weight ?? undefined);
  const [priority, setPriority] = useState(provider.priority ?? undefined);
  const change = useMutation({
    mutationFn: (changes: ChangeProvider) => patchV1AdminProvidersProvider(name, changes),
    onSuccess: () => {
      toasts.done(adminStrings.saved);
      return onChanged();
    },
  });
  const changed = (weight ?? null) !== provider.weight || (priority ?? null) !== provider.priority;
  return (
    <Card
      heading={formatProvider(name)}
      actions={
        <>
          {provider.sandbox && <Badge tone="warning">{text.sandbox}</Badge>}
          <Badge tone={provider.configured ? 'neutral' : 'warning'}>
            {provider.key_set ? text.keySet : text.noKey}
          </Badge>
          <Badge tone={tones[provider.status]}>{text.status[provider.status]}</Badge>
        </>
      }
    >
      <div className="space-y-4">
        <Switch
          label={text.enabled(formatProvider(name))}
          checked={provider.enabled}
          disabled={change.isPending}
          onChange={(on) => (on ? change.mutate({ enabled: true }) : setDisabling(true))}
        />
        <p className="text-sm text-muted">
          {text.errorRate}: {formatPercent(provider.error_rate, 1)}
        </p>
        <div className="grid grid-cols-2 gap-3">
          <NumberField label={text.weight} min={0} value={weight} onValue={setWeight} />
          <NumberField label={text.priority} min={0} value={priority} onValue={setPriority} />
        </div>
        <p className="text-sm text-muted">
          {text.weightHint} {text.priorityHint}
        </p>
        {change.error && <ProblemNotice problem={change.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button
            size="small"
            disabled={!changed}
            busy={change.isPending}
            onClick={() => change.mutate({ weight: weight ?? null, priority: priority ?? null })}
          >
            {adminStrings.save}
          </Button>
          {provider.updated_by && <span className="text-sm text-muted">{text.decided(provider.updated_by)}</span>}
        </div>
      </div>
      <ConfirmDialog
        open={disabling}
        onClose={() => setDisabling(false)}
        title={text.disableTitle(formatProvider(name))}
        description={text.disableDetail}
        confirm={text.disable}
        onConfirm={() => change.mutateAsync({ enabled: false })}
      />
    </Card>
  );
}
