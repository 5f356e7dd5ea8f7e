import type { Preset } from './preset.js';

/** Matches whatever is stored (RFC 9110, 13.1.1). */
export const anyTag = '*';

/**
 * Strong entity tag of what a preset's owner writes, quotes included. A preset that was deleted and made again under the
 * same id has other tags. Counts of uses are no part of it: a use must not make an edit fail.
 */
export function entityTagOf({ version, createTime }: Pick<Preset, 'version' | 'createTime'>): string {
  return `"${version}-${createTime ? createTime.getTime().toString(36) : 'builtin'}"`;
}

/** True when the stored preset is one that the writer knows; no tags: whatever it is. */
export function meets(ifMatch: readonly string[], stored: Preset): boolean {
  return ifMatch.length === 0 || ifMatch.includes(anyTag) || ifMatch.includes(entityTagOf(stored));
}
