import type { IncomingHttpHeaders } from 'node:http';
import { isAdmin } from '@atelier/identity';
import { gatewayErrors } from '../gateway.errors.js';
import type { Principal } from '../identity/principal.js';

const header = 'x-canary';
/** Versions are labels in the cluster: at most 63 characters. */
const form = /^[a-z][a-z-]{0,40}=[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const mostServices = 16;

/**
 * `X-Canary: classifier=canary,presets=stable` as it travels on: without blanks and in order, so that equal wishes are
 * equal texts. Only an administrator may ask for versions; from anybody else the header goes no further.
 * @throws INVALID_REQUEST
 */
export function forcedVersions(headers: IncomingHttpHeaders, principal: Principal | undefined): string | undefined {
  const given = headers[header];
  if (typeof given !== 'string' || !principal || !isAdmin(principal.identity)) return undefined;
  const wishes = given.split(',').map((wish) => wish.trim());
  const services = new Set(wishes.map((wish) => wish.split('=', 1)[0]));
  if (wishes.length > mostServices || services.size < wishes.length || !wishes.every((wish) => form.test(wish))) {
    const message = 'Must be service=version, separated by commas, each service once: `classifier=canary`.';
    throw gatewayErrors.INVALID_REQUEST({
      message: `The header X-Canary is wrong. ${message}`,
      violations: [{ field: 'X-Canary', message }],
    });
  }
  return wishes.toSorted().join(',');
}
