import { type ComponentType, lazy } from 'react';
import { connection } from '../api/connection.js';

const reloadedKey = 'atelier-reloaded';
const quietMs = 30_000;

/**
 * A page whose code is loaded when it is first opened. While the server is away it waits for it. When the server is there and
 * the file is not, a newer version was deployed: the application is loaded anew, and drafts are kept.
 */
export function loadPage<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  return lazy(async () => ({ default: (await untilLoaded(load))[name] }));
}

async function untilLoaded<Module>(load: () => Promise<Module>): Promise<Module> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (await isThere()) return reload(error);
      connection.lost();
      await connection.again();
    }
  }
}

async function isThere(): Promise<boolean> {
  const answer = await fetch('/health/live').catch(() => undefined);
  return answer?.ok === true;
}

/** Once in a while, so that a broken file never becomes a loop. */
function reload<Module>(error: unknown): Promise<Module> {
  const last = Number(sessionStorage.getItem(reloadedKey) ?? 0);
  if (Date.now() - last < quietMs) throw error;
  sessionStorage.setItem(reloadedKey, String(Date.now()));
  location.reload();
  // Nothing more is shown before the new version is.
  return new Promise(() => {});
}
