import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type LimitRule, putV1AdminLimitsScopeSubject } from '../../api/gen/api.js';
import { adminStrings, limitStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { NumberField, SelectField, TextField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';

const scopes = ['user', 'key', 'endpoint', 'global'] as const;

/** Makes a rule, or changes the numbers of one. */
export function LimitDialog({
  rule,
  onClose,
  onSaved,
}: {
  readonly rule: LimitRule | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const [scope, setScope] = useState<LimitRule['scope']>(rule?.scope ?? 'user');
  const [subject, setSubject] = useState(rule?.subject ?? '');
  const [perMinute, setPerMinute] = useState(rule?.requests_per_minute ?? undefined);
  const [perHour, setPerHour] = useState(rule?.requests_per_hour ?? undefined);
  const save = useMutation({
    mutationFn: () =>
      putV1AdminLimitsScopeSubject(scope, scope === 'global' ? '*' : subject.trim(), {
        ...(perMinute === undefined ? {} : { requests_per_minute: perMinute }),
        ...(perHour === undefined ? {} : { requests_per_hour: perHour }),
      }),
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={text.editTitle}>
      <form
        className="space-y-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <SelectField
          label={text.scope}
          value={scope}
          disabled={rule !== undefined}
          choices={scopes.map((value) => ({ value, label: text.scopes[value] }))}
          onChoose={setScope}
        />
        {scope !== 'global' && (
          <TextField
            label={text.subject}
            hint={text.subjectHints[scope]}
            required
            disabled={rule !== undefined}
            value={subject}
            onChange={({ target }) => setSubject(target.value)}
          />
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            label={text.perMinute}
            min={1}
            placeholder={text.noLimit}
            value={perMinute}
            onValue={setPerMinute}
          />
          <NumberField label={text.perHour} min={1} placeholder={text.noLimit} value={perHour} onValue={setPerHour} />
        </div>
        {save.error && <ProblemNotice problem={save.error} />}
        <div className="flex justify-end">
          <Button
            type="submit"
            look="primary"
            busy={save.isPending}
            disabled={
              (scope !== 'global' && subject.trim() === '') || (perMinute === undefined && perHour === undefined)
            }
          >
            {adminStrings.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
