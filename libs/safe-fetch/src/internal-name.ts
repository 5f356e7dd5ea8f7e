/** Top-level names that never lead to the public internet (RFC 6761, RFC 8375 and ICANN's reservation of `internal`). */
const INTERNAL_TOPS = new Set(['localhost', 'local', 'internal', 'localdomain', 'intranet', 'lan']);

/** True for a host name (of a parsed URL) that only a private network can know: one label, or a reserved top-level name. */
export function isInternalName(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, '').split('.');
  const top = labels.at(-1) ?? '';
  return labels.length === 1 || INTERNAL_TOPS.has(top) || (top === 'arpa' && labels.at(-2) === 'home');
}
