import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type CreateKeyRequest, postV1AdminKeys } from '../../api/gen/api.js';
import { keyStrings as text } from '../../strings/en/admin.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog } from '../../ui/dialog.js';
import { NumberField, TextField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Switch } from '../../ui/switch.js';

type Scope = CreateKeyRequest['scopes'][number];
const scopes: readonly Scope[] = ['read', 'generate', 'act_as', 'admin'];
const fresh = {
  owner: '',
  name: '',
  scopes: ['read', 'generate'] as readonly Scope[],
  expires: '',
  perMinute: undefined,
  perHour: undefined,
};

/** Makes a key and shows it this once. */
export function CreateKeyDialog({
  open,
  onClose,
  onCreated,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}) {
  const [value, setValue] = useState<Form>(fresh);
  const create = useMutation({ mutationFn: () => postV1AdminKeys(toRequest(value)), onSuccess: onCreated });
  const close = () => {
    onClose();
    setValue(fresh);
    create.reset();
  };
  const set = (changes: Partial<Form>) => setValue((before) => ({ ...before, ...changes }));
  return (
    <Dialog open={open} onClose={close} title={text.createTitle}>
      {create.data ? (
        <div className="space-y-4">
          <p role="status">{text.made}</p>
          <code className="block rounded-lg bg-raised p-3 break-all select-all">{create.data.key}</code>
          <div className="flex justify-end gap-2">
            <CopyButton size="medium" value={create.data.key} label={text.copy} />
            <Button look="primary" onClick={close}>
              {text.done}
            </Button>
          </div>
        </div>
      ) : (
        <form
          className="space-y-4"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <TextField
            label={text.owner}
            hint={text.ownerHint}
            required
            value={value.owner}
            onChange={({ target }) => set({ owner: target.value })}
          />
          <TextField
            label={text.name}
            hint={text.nameHint}
            value={value.name}
            onChange={({ target }) => set({ name: target.value })}
          />
          <fieldset className="space-y-2">
            <legend className="mb-1 text-sm font-medium">{text.scopes}</legend>
            {scopes.map((scope) => (
              <div key={scope}>
                <Switch
                  label={text.scopeNames[scope]}
                  checked={value.scopes.includes(scope)}
                  onChange={(on) =>
                    set({ scopes: on ? [...value.scopes, scope] : value.scopes.filter((other) => other !== scope) })
                  }
                />
              </div>
            ))}
          </fieldset>
          <TextField
            label={text.expires}
            hint={text.expiresHint}
            type="datetime-local"
            value={value.expires}
            onChange={({ target }) => set({ expires: target.value })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <NumberField
              label={text.perMinute}
              hint={text.limitHint}
              min={1}
              value={value.perMinute}
              onValue={(perMinute) => set({ perMinute })}
            />
            <NumberField label={text.perHour} min={1} value={value.perHour} onValue={(perHour) => set({ perHour })} />
          </div>
          {create.error && <ProblemNotice problem={create.error} />}
          <div className="flex justify-end">
            <Button
              type="submit"
              look="primary"
              busy={create.isPending}
              disabled={value.owner.trim() === '' || value.scopes.length === 0}
            >
              {text.create}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

interface Form {
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expires: string;
  readonly perMinute: number | undefined;
  readonly perHour: number | undefined;
}

function toRequest({ owner, name, scopes: chosen, expires, perMinute, perHour }: Form): CreateKeyRequest {
  const limits = {
    ...(perMinute === undefined ? {} : { requests_per_minute: perMinute }),
    ...(perHour === undefined ? {} : { requests_per_hour: perHour }),
  };
  return {
    owner: owner.trim(),
    scopes: [...chosen],
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(expires ? { expires_at: new Date(expires).toISOString() } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}
