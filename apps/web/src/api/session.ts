import { useSyncExternalStore } from 'react';

const storageKey = 'atelier-credentials';
const listeners = new Set<() => void>();
let ended: 'signed-out' | 'expired' | undefined;

/** The API key or JWT of this tab: kept in its session storage only, never in local storage or a cookie. */
export const session = {
  credentials: (): string | null => sessionStorage.getItem(storageKey),
  /** Why there are no credentials any more; undefined before the first sign-in. */
  ended: () => ended,
  open(credentials: string): void {
    ended = undefined;
    sessionStorage.setItem(storageKey, credentials);
    tell();
  },
  close(why: 'signed-out' | 'expired'): void {
    if (sessionStorage.getItem(storageKey) === null) return;
    ended = why;
    sessionStorage.removeItem(storageKey);
    tell();
  },
};

/** The credentials, and again when they change. */
export function useCredentials(): string | null {
  return useSyncExternalStore(subscribe, session.credentials);
}

/** Takes the key out of a printed sign-in link (`/#key=…`), so that it stays in neither the address nor the history. */
export function takeKeyFromAddress(): void {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (!key) return;
  session.open(decodeURIComponent(key));
  history.replaceState(null, '', location.pathname + location.search);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
