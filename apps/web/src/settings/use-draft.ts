import { useCallback, useState } from 'react';
import { draftKey } from '../api/session.js';

/** State that survives a reload, a lost sign-in and a change of page: what somebody typed is never lost. Kept in this tab only. */
export function useDraft<Value>(
  name: string,
  initial: Value,
): [Value, (next: Value | ((before: Value) => Value)) => void] {
  const key = draftKey(name);
  const [value, setValue] = useState<Value>(() => {
    try {
      return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as Value | null) ?? initial;
    } catch {
      return initial;
    }
  });
  const set = useCallback(
    (next: Value | ((before: Value) => Value)) =>
      setValue((before) => {
        const after = typeof next === 'function' ? (next as (before: Value) => Value)(before) : next;
        try {
          sessionStorage.setItem(key, JSON.stringify(after));
        } catch {
          // Storage is full: the draft lives as long as the page.
        }
        return after;
      }),
    [key],
  );
  return [value, set];
}
