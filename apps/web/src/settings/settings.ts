import { useSyncExternalStore } from 'react';

/** What a person set for this browser. The server's preferences are something else: they travel with the account. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly quality: 'speed' | 'balanced' | 'quality';
  /** False = classic keyword routing. */
  readonly useAi: boolean;
  readonly showAdvanced: boolean;
  /** Monitoring asks again every five seconds. */
  readonly autoRefresh: boolean;
}

export const defaultSettings: Settings = {
  theme: 'system',
  quality: 'balanced',
  useAi: true,
  showAdvanced: false,
  autoRefresh: true,
};

const storageKey = 'atelier-settings';
const listeners = new Set<() => void>();
let current = read();

export const settings = {
  get: (): Settings => current,
  set(changes: Partial<Settings>): void {
    store({ ...current, ...changes });
  },
  reset(): void {
    store(defaultSettings);
  },
};

/** The settings, and again when they change. */
export function useSettings(): Settings {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, settings.get);
}

function store(next: Settings): void {
  current = next;
  localStorage.setItem(storageKey, JSON.stringify(next));
  showTheme();
  for (const listener of listeners) listener();
}

function showTheme(): void {
  if (current.theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = current.theme;
}

/** Only known names of the right kind are taken from what was stored. */
function read(): Settings {
  const stored = parse(localStorage.getItem(storageKey));
  const allowed: Partial<Record<keyof Settings, readonly unknown[]>> = {
    theme: ['system', 'light', 'dark'],
    quality: ['speed', 'balanced', 'quality'],
  };
  return Object.fromEntries(
    Object.entries(defaultSettings).map(([name, fallback]) => {
      const value = stored[name];
      const fits = allowed[name as keyof Settings]?.includes(value) ?? typeof value === typeof fallback;
      return [name, fits ? value : fallback];
    }),
  ) as unknown as Settings;
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
