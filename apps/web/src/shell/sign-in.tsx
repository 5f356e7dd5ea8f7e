import { type FormEvent, useState } from 'react';
import { toProblem } from '../api/problem.js';
import { getV1Me } from '../api/gen/api.js';
import { session } from '../api/session.js';
import { shellStrings as text } from '../strings/en/shell.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ProblemNotice } from '../ui/problem-notice.js';

/** Takes an API key or a JWT; both are kept in this tab only. */
export function SignIn() {
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      // Asked with the new credentials before they are kept, so that wrong ones never open the application.
      const { user_id: user } = await getV1Me({ headers: { authorization: `Bearer ${value.trim()}` } });
      session.open(value.trim(), user);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <form
        onSubmit={(event) => void submit(event)}
        className="w-full max-w-md space-y-4 rounded-card border border-line bg-surface p-6"
      >
        <div className="flex items-center gap-3">
          <img src="/icon.svg" alt="" className="size-9" />
          <h1>{text.signInTitle}</h1>
        </div>
        {session.ended() === 'expired' && (
          <p role="status" className="rounded-lg bg-warning-soft p-3 text-sm">
            {text.expired}
          </p>
        )}
        <TextField
          label={text.credentials}
          hint={text.credentialsHint}
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
          placeholder="atl_…"
          value={value}
          onChange={({ target }) => setValue(target.value)}
        />
        {problem !== undefined && (
          <ProblemNotice problem={toProblem(problem).status === 401 ? new Error(text.refused) : problem} />
        )}
        <Button
          type="submit"
          look="primary"
          busy={busy}
          disabled={value.trim() === ''}
          className="w-full justify-center"
        >
          {text.signIn}
        </Button>
      </form>
    </main>
  );
}
