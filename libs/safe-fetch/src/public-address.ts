import ipaddr from 'ipaddr.js';

/** Azure's host agent answers credentials on this address although it lies in public space. */
const METADATA_IN_PUBLIC_SPACE = new Set(['168.63.129.16']);

/** The only block of IPv6 that is assigned to the public internet; leaves out IPv4-compatible `::/96`, which libraries call unicast. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address literal that belongs to the public internet: not private, loopback, link-local,
 * carrier-grade NAT, multicast, reserved, documentation, a tunnel or an embedded IPv4, nor a cloud's metadata service.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%') || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv6') return parsed.match(GLOBAL_UNICAST);
  return !METADATA_IN_PUBLIC_SPACE.has(parsed.toString());
}
