import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { deletePresetsIdShare, postPresetsIdShare } from '../../api/gen/api.js';
import { presetDetailsStrings as text } from '../../strings/en/presets.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { toasts } from '../../ui/toasts.js';

/** The link by which others use a preset: made when it is wished for, worthless once it is revoked. */
export function SharePreset({ id }: { readonly id: string }) {
  const [asking, setAsking] = useState(false);
  const share = useMutation({ mutationFn: () => postPresetsIdShare(id) });
  const revoke = async () => {
    await deletePresetsIdShare(id);
    share.reset();
    toasts.done(text.revoked);
  };
  const link = share.data && `${location.origin}/presets?${new URLSearchParams({ preset: share.data.token })}`;
  return (
    <div className="space-y-3">
      <p className="text-sm text-muted">{text.shareDetail}</p>
      {link && (
        <div className="flex flex-wrap items-end gap-2">
          <TextField
            className="min-w-0 flex-1 basis-60"
            label={text.link}
            value={link}
            readOnly
            onFocus={({ target }) => target.select()}
          />
          <CopyButton value={link} label={text.copyLink} size="medium" />
        </div>
      )}
      {share.error && <ProblemNotice problem={share.error} onRetry={() => share.mutate()} />}
      <div className="flex flex-wrap gap-2">
        {!link && (
          <Button look="primary" busy={share.isPending} onClick={() => share.mutate()}>
            {text.showLink}
          </Button>
        )}
        <Button onClick={() => setAsking(true)}>{text.revoke}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={text.revokeTitle}
        description={text.revokeDetail}
        confirm={text.revoke}
        onConfirm={revoke}
      />
    </div>
  );
}
