import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type AlertChannel, postV1AdminAlertsChannels, putV1AdminAlertsChannelsId } from '../../api/gen/api.js';
import { adminStrings, alertStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { NumberField, SelectField, TextField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Switch } from '../../ui/switch.js';
import { type ChannelForm, toForm, toRequest } from './channel-request.js';

const kinds = ['webhook', 'slack', 'email', 'telegram'] as const;
const securities = ['tls', 'starttls', 'none'] as const;

/** Makes a channel or changes one; its kind stays what it was. */
export function AlertChannelDialog({
  channel,
  onClose,
  onSaved,
}: {
  readonly channel: AlertChannel | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const [form, setForm] = useState(() => toForm(channel));
  const set = (changes: Partial<ChannelForm>) => setForm((before) => ({ ...before, ...changes }));
  const save = useMutation({
    mutationFn: () =>
      channel ? putV1AdminAlertsChannelsId(channel.id, toRequest(form)) : postV1AdminAlertsChannels(toRequest(form)),
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={text.editChannel}>
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
          value={form.name}
          onChange={({ target }) => set({ name: target.value })}
        />
        <SelectField
          label={text.kind}
          value={form.kind}
          disabled={channel !== undefined}
          choices={kinds.map((kind) => ({ value: kind, label: text.channelKinds[kind] }))}
          onChoose={(kind) => set({ kind })}
        />
        <KindFields form={form} set={set} isNew={channel === undefined} />
        <Switch label={text.enabled} checked={form.enabled} onChange={(enabled) => set({ enabled })} />
        {save.error && <ProblemNotice problem={save.error} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={save.isPending} disabled={form.name.trim() === ''}>
            {adminStrings.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function KindFields({
  form,
  set,
  isNew,
}: {
  readonly form: ChannelForm;
  readonly set: (changes: Partial<ChannelForm>) => void;
  readonly isNew: boolean;
}) {
  const kept = isNew ? undefined : text.keepSecret;
  if (form.kind === 'email')
    return (
      <>
        <div className="grid gap-4 sm:grid-cols-[1fr_6rem]">
          <TextField
            label={text.host}
            required
            value={form.host}
            onChange={({ target }) => set({ host: target.value })}
          />
          <NumberField
            label={text.port}
            required
            min={1}
            max={65_535}
            value={form.port}
            onValue={(port) => set({ port })}
          />
        </div>
        <SelectField
          label={text.security}
          value={form.security}
          choices={securities.map((value) => ({ value, label: text.securities[value] }))}
          onChoose={(security) => set({ security })}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={text.username}
            autoComplete="off"
            value={form.username}
            onChange={({ target }) => set({ username: target.value })}
          />
          <TextField
            label={text.password}
            hint={kept}
            type="password"
            autoComplete="new-password"
            value={form.secret}
            onChange={({ target }) => set({ secret: target.value })}
          />
        </div>
        <TextField
          label={text.from}
          required
          type="email"
          value={form.from}
          onChange={({ target }) => set({ from: target.value })}
        />
        <TextField
          label={text.to}
          hint={text.toHint}
          required
          value={form.to}
          onChange={({ target }) => set({ to: target.value })}
        />
      </>
    );
  if (form.kind === 'telegram')
    return (
      <>
        <TextField
          label={text.botToken}
          hint={kept}
          required={isNew}
          type="password"
          autoComplete="new-password"
          value={form.secret}
          onChange={({ target }) => set({ secret: target.value })}
        />
        <TextField
          label={text.chatId}
          required
          value={form.chatId}
          onChange={({ target }) => set({ chatId: target.value })}
        />
      </>
    );
  return (
    <>
      <TextField
        label={text.url}
        hint={kept}
        required={isNew}
        type="url"
        placeholder="https://"
        value={form.url}
        onChange={({ target }) => set({ url: target.value })}
      />
      {form.kind === 'webhook' && (
        <TextField
          label={text.secret}
          hint={kept ?? text.secretHint}
          type="password"
          autoComplete="new-password"
          value={form.secret}
          onChange={({ target }) => set({ secret: target.value })}
        />
      )}
    </>
  );
}
