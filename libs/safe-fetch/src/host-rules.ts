import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** Host names that may be fetched: `'*'` for any public host, otherwise names that stand for themselves and their sub-domains. */
export type HostRules = '*' | readonly string[];

/** The image hosts that are allowed when nothing is configured. */
export const DEFAULT_IMAGE_HOSTS: readonly string[] = ['supabase.co'];

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * True when `host` (a URL's hostname, without port) equals a rule or is a sub-domain of one.
 * Single-label rules and addresses match only themselves: nobody means every host under `com`.
 */
export function isHostAllowed(host: string, rules: HostRules): boolean {
  const name = canonicalHost(host);
  if (name === '') return false;
  if (rules === '*') return true;
  return rules.some((rule) => {
    if (rule === '*') return true;
    const parent = canonicalHost(rule);
    if (parent === '') return false;
    if (name === parent) return true;
    return parent.includes('.') && isIP(parent) === 0 && isIP(name) === 0 && name.endsWith(`.${parent}`);
  });
}

/** Reads a comma- or space-separated list (ALLOWED_IMAGE_HOSTS); throws a RangeError that names the entry which is no host name. */
export function parseHostRules(text: string): HostRules {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.includes('*')) return '*';
  return entries.map((entry) => {
    const host = canonicalHost(entry);
    const valid = isIP(host) !== 0 || (host !== '' && host.split('.').every((label) => LABEL.test(label)));
    if (!valid)
      throw new RangeError(`"${entry}" is not a host name (write example.com, without scheme, port or wildcard)`);
    return host;
  });
}

/** Lower-case ASCII form without the root dot or IPv6 brackets; empty when it is no host. */
function canonicalHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare) !== 0) return bare;
  // domainToASCII reads up to the first delimiter and would take `good.example/x` for `good.example`.
  if (/[/\\?#@:\s]/.test(bare)) return '';
  return domainToASCII(bare.endsWith('.') ? bare.slice(0, -1) : bare);
}
