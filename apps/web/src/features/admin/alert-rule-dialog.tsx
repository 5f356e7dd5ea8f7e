import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import {
  type AlertRule,
  postV1AdminAlertsRules,
  putV1AdminAlertsRulesId,
  type PutAlertRule,
} from '../../api/gen/api.js';
import { adminStrings, alertStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { NumberField, SelectField, TextField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Switch } from '../../ui/switch.js';
import { ChannelChoice } from './channel-choice.js';

/** Thresholds of budgets are set with the budgets. */
const kinds = [
  'error_rate',
  'fallback_rate',
  'generation_failure_rate',
  'provider_error_rate',
  'provider_down',
  'consumer_lag',
  'spool_growing',
  'budget_day',
  'budget_user_hour',
] as const;
const fresh: PutAlertRule = {
  name: '',
  kind: 'error_rate',
  threshold: 5,
  window_s: 300,
  channel_ids: [],
  enabled: true,
};

/** Makes a rule or changes one. */
export function AlertRuleDialog({
  rule,
  onClose,
  onSaved,
}: {
  readonly rule: AlertRule | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const [value, setValue] = useState<PutAlertRule>(rule ? withoutServerFields(rule) : fresh);
  const set = (changes: Partial<PutAlertRule>) => setValue((before) => ({ ...before, ...changes }));
  const isRate = value.kind.endsWith('_rate');
  const save = useMutation({
    mutationFn: () => {
      const { window_s: window, least_count: least, ...rest } = value;
      const body = isRate
        ? {
            ...rest,
            ...(window === undefined ? {} : { window_s: window }),
            ...(least === undefined ? {} : { least_count: least }),
          }
        : rest;
      return rule ? putV1AdminAlertsRulesId(rule.id, body) : postV1AdminAlertsRules(body);
    },
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={text.editRule}>
      <form
        className="space-y-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextField
          label={text.name}
          required
          value={value.name}
          onChange={({ target }) => set({ name: target.value })}
        />
        <SelectField
          label={text.kind}
          value={value.kind}
          choices={kinds.map((kind) => ({ value: kind, label: text.kinds[kind] }))}
          onChoose={(kind) => set({ kind })}
        />
        <NumberField
          label={text.threshold}
          hint={text.thresholdHint}
          required
          min={0}
          step="any"
          value={value.threshold}
          onValue={(threshold) => set({ threshold: threshold ?? 0 })}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          {isRate && (
            <>
              <NumberField
                label={text.window}
                min={60}
                value={value.window_s}
                onValue={(seconds) => set({ window_s: seconds ?? 300 })}
              />
              <NumberField
                label={text.leastCount}
                hint={text.leastCountHint}
                min={1}
                value={value.least_count}
                onValue={(count) => set({ least_count: count })}
              />
            </>
          )}
          <NumberField
            label={text.clearAfter}
            min={0}
            value={value.clear_after_s}
            onValue={(seconds) => set({ clear_after_s: seconds })}
          />
          <NumberField
            label={text.remindEvery}
            hint={text.remindHint}
            min={0}
            value={value.remind_every_s}
            onValue={(seconds) => set({ remind_every_s: seconds })}
          />
        </div>
        <ChannelChoice
          label={text.channels}
          everyone={text.everyChannel}
          value={value.channel_ids ?? []}
          onChange={(ids) => set({ channel_ids: [...ids] })}
        />
        <Switch label={text.enabled} checked={value.enabled ?? true} onChange={(enabled) => set({ enabled })} />
        {save.error && <ProblemNotice problem={save.error} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={save.isPending} disabled={value.name.trim() === ''}>
            {adminStrings.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function withoutServerFields({
  id: _id,
  budget_threshold: _budget,
  updated_at: _at,
  ...rest
}: AlertRule): PutAlertRule {
  return rest;
}
