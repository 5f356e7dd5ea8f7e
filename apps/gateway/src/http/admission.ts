import { ServiceError } from '@atelier/errors';
import type { Scope } from '@atelier/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { isLoopback } from '../identity/admin-key.js';
import type { Authenticator } from '../identity/authenticator.js';
import type { Principal } from '../identity/principal.js';
import type { LimitState, RequestLimits } from '../limits/request-limits.js';
import { type Access, type EndpointDefinition, endpointOf } from './endpoint.js';

type RestrictedAccess = Exclude<Access, 'public'>;

/** Prefix under which requests count against limits. */
const limitedPrefix = '/api/';

/**
 * Decides who comes in, before a byte of the body is read. Default-deny: an address that is served must be an endpoint
 * with a declared access; static files are declared public where they are registered.
 */
export class Admission {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limits: RequestLimits,
    private readonly isClosed: (userId: string) => boolean,
    private readonly onLimited: (request: FastifyRequest, refusal: ServiceError) => void,
  ) {}

  /** Identifies the caller and counts the request. @throws what the caller is told instead */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const endpoint = endpointOf(request);
    if (!endpoint) throw gatewayErrors.CREDENTIALS_REQUIRED();
    if (endpoint.access === 'public') return;
    const principal = await this.#identify(request, endpoint, endpoint.access);
    if (!principal) return;
    if (isCounted(endpoint, principal)) await this.#count(principal, endpoint, request, reply);
    requireScope(principal, endpoint.access);
  }

  /** For what outlives its request, like a socket. @throws what the same credential would be told now */
  async recheck(request: FastifyRequest): Promise<void> {
    const endpoint = endpointOf(request);
    if (!endpoint || endpoint.access === 'public') return;
    const principal = await this.#identify(request, endpoint, endpoint.access);
    if (principal) requireScope(principal, endpoint.access);
  }

  async #count(
    principal: Principal,
    endpoint: EndpointDefinition,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    try {
      const counting = this.limits.count(principal, endpoint, (state) => setLimitHeaders(reply, state));
      // Counted in this process: nothing to wait for.
      if (counting) await counting;
    } catch (error) {
      if (error instanceof ServiceError) this.onLimited(request, error);
      throw error;
    }
  }

  /** Undefined where nobody has to be known. */
  async #identify(
    request: FastifyRequest,
    { whileClosed = false }: EndpointDefinition,
    access: RestrictedAccess,
  ): Promise<Principal | undefined> {
    const credential = credentialOf(request);
    if (credential === undefined) {
      if (access === 'link' || (access === 'operator' && isLocal(request))) return undefined;
      throw gatewayErrors.CREDENTIALS_REQUIRED();
    }
    const found = this.authenticator.authenticate(credential);
    const principal = found instanceof Promise ? await found : found;
    if (!principal) throw gatewayErrors.CREDENTIALS_INVALID();
    // Nobody is named in what is reported of the refusal: it would come after the deletion.
    if (!whileClosed && this.isClosed(principal.identity.userId)) throw gatewayErrors.ACCOUNT_CLOSED();
    request.call.principal = principal;
    return principal;
  }
}

/** Refuses a body that the endpoint does not take, and drops the content type of an empty one. */
export function checkContentType(request: FastifyRequest, endpoint: EndpointDefinition): void {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody) {
    // Some clients announce JSON for a POST without a body; there is nothing to parse then.
    if (!endpoint.body && !endpoint.upload) delete headers['content-type'];
    return;
  }
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const given = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const expected = endpoint.upload ? 'multipart/form-data' : 'application/json';
  if (given !== expected) {
    throw gatewayErrors.UNSUPPORTED_MEDIA_TYPE({ message: `This endpoint takes ${expected}.` });
  }
}

function isCounted({ path, unlimited, watched }: EndpointDefinition, { identity }: Principal): boolean {
  if (unlimited || (watched && identity.scopes.includes('admin'))) return false;
  return path.startsWith(limitedPrefix);
}

function requireScope({ identity }: Principal, access: RestrictedAccess): void {
  const scope: Scope = access === 'operator' ? 'admin' : access === 'link' ? 'read' : access;
  if (identity.scopes.includes(scope) || identity.scopes.includes('admin')) return;
  throw gatewayErrors.SCOPE_REQUIRED({ message: `This endpoint needs the scope ${scope}.` });
}

/** `Authorization: Bearer …` (API key or JWT), `X-API-Key`, or the protocol `bearer.…` of a browser's WebSocket. */
function credentialOf({ headers }: FastifyRequest): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const [, credential] = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization) ?? [];
    if (!credential) throw gatewayErrors.CREDENTIALS_INVALID({ message: 'Send `Authorization: Bearer <key>`.' });
    return credential;
  }
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  const offered = headers.upgrade ? headers['sec-websocket-protocol'] : undefined;
  return offered
    ?.split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith('bearer.'))
    ?.slice('bearer.'.length);
}

/** True for a caller on this machine that no proxy speaks for. */
function isLocal(request: FastifyRequest): boolean {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return isLoopback(address) && !request.headers['x-forwarded-for'] && !request.headers.forwarded;
}

function setLimitHeaders(reply: FastifyReply, { limit, remaining, resetS, policy, alone }: LimitState): void {
  reply.header('ratelimit-limit', limit);
  reply.header('ratelimit-remaining', remaining);
  reply.header('ratelimit-reset', resetS);
  reply.header('ratelimit-policy', policy);
  if (alone) reply.header('ratelimit-degraded', 'per-process');
}
