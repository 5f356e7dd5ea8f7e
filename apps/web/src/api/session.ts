import { useSyncExternalStore } from 'react';

const storageKey = 'atelier-credentials';
const userKey = 'atelier-user';
const draftPrefix = 'atelier-draft-';
const listeners = new Set<() => void>();
let ended: 'signed-out' | 'expired' | undefined;

/** The API key or JWT of this tab: kept in its session storage only, never in local storage or a cookie. */
export const session = {
  credentials: (): string | null => sessionStorage.getItem(storageKey),
  /** Why there are no credentials any more; undefined before the first sign-in. */
  ended: () => ended,
  /** Keeps the credentials of a user. Drafts of somebody else, or of nobody knows whom, are gone. */
  open(credentials: string, user?: string): void {
    ended = undefined;
    if (user === undefined || user !== sessionStorage.getItem(userKey)) forgetDrafts();
    if (user === undefined) sessionStorage.removeItem(userKey);
    else sessionStorage.setItem(userKey, user);
    sessionStorage.setItem(storageKey, credentials);
    tell();
  },
  close(why: 'signed-out' | 'expired'): void {
    if (sessionStorage.getItem(storageKey) === null) return;
    ended = why;
    // An expired key may be replaced by a new one of the same user, who goes on where it was.
    if (why === 'signed-out') forgetDrafts();
    sessionStorage.removeItem(storageKey);
    tell();
  },
};

/** Where drafts are kept in session storage. */
export const draftKey = (name: string): string => draftPrefix + name;

/** Notes who the credentials stand for, once that is known. */
export function rememberUser(user: string): void {
  sessionStorage.setItem(userKey, user);
}

function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(draftPrefix)) sessionStorage.removeItem(key);
}

/** The credentials, and again when they change. */
export function useCredentials(): string | null {
  return useSyncExternalStore(subscribe, session.credentials);
}

/** Takes the key out of a printed sign-in link (`/#key=…`), so that it stays in neither the address nor the history. */
export function takeKeyFromAddress(): void {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (!key) return;
  const credentials = decodeURIComponent(key);
  // The link that a tab was opened with, loaded again: nobody new.
  if (credentials !== session.credentials()) session.open(credentials);
  history.replaceState(null, '', location.pathname + location.search);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
