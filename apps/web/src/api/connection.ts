import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

const probeEveryMs = 2_000;
const listeners = new Set<() => void>();
let reachable = true;
let probing: ReturnType<typeof setTimeout> | undefined;

/** Whether the server answers. While it does not, it is asked every two seconds, and queries wait until it does. */
export const connection = {
  isReachable: (): boolean => reachable,
  lost(): void {
    if (!reachable) return;
    set(false);
    probing = setTimeout(probe, probeEveryMs);
  },
  /** Resolves when the server answers, at once when it does. */
  again(): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!reachable) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });
  },
  found(): void {
    if (reachable) return;
    clearTimeout(probing);
    set(true);
  },
};

/** Whether the server answers, and again when that changes. */
export function useReachable(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, connection.isReachable);
}

// A browser without a network may still reach a server on its own machine, and one with a network not: only asking tells.
onlineManager.setEventListener(() => {
  addEventListener('offline', connection.lost);
  return () => removeEventListener('offline', connection.lost);
});

function set(value: boolean): void {
  reachable = value;
  onlineManager.setOnline(value);
  for (const listener of listeners) listener();
}

async function probe(): Promise<void> {
  const answer = await fetch('/health/live', { signal: AbortSignal.timeout(probeEveryMs) }).catch(() => undefined);
  if (answer?.ok) connection.found();
  else probing = setTimeout(probe, probeEveryMs);
}
