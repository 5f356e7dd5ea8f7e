import type { Access } from '../http/endpoint.js';
import type { Principal } from '../identity/principal.js';
import {
  type DefaultRates,
  endpointSubject,
  everySubject,
  type LimitScope,
  limitScopes,
  limitWindows,
  type RequestLimit,
  type RequestRates,
} from './limit-scope.js';

/** A rule that an administrator set. */
export interface LimitRule extends RequestRates {
  readonly scope: LimitScope;
  readonly subject: string;
}

/** An endpoint as far as limits look at it. */
export interface LimitedEndpoint {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

/**
 * Which limits a request has to fit into. For each window the most specific rule of a scope counts: one that was set for
 * the subject, one that a key was made with, one that was set for every subject, the configuration. A key's own limit
 * stands in the place of what every user has, never of what was set for its user.
 */
export class LimitRules {
  #set: ReadonlyMap<string, RequestRates> = new Map();
  #everybody: DefaultRates;
  /** What was found since the rules changed, by what is kept between requests anyway. */
  #found = new WeakMap<Principal, Map<LimitedEndpoint | undefined, readonly RequestLimit[]>>();

  constructor(private readonly configured: DefaultRates) {
    this.#everybody = configured;
  }

  /** Puts the rules that administrators set in the place of the former ones. */
  replace(rules: readonly LimitRule[]): void {
    this.#set = new Map(rules.map((rule) => [nameOf(rule.scope, rule.subject), rule]));
    const merged = limitScopes.map((scope) => [scope, merge(this.#of(scope, everySubject), this.configured[scope])]);
    this.#everybody = Object.fromEntries(merged) as DefaultRates;
    this.#found = new WeakMap();
  }

  /** What holds for every subject of a scope without a rule of its own. */
  get everybody(): DefaultRates {
    return this.#everybody;
  }

  /** Without an endpoint: the caller's own limits only. The same array until the rules change. */
  limitsOf(principal: Principal, endpoint?: LimitedEndpoint): readonly RequestLimit[] {
    let found = this.#found.get(principal);
    if (!found) this.#found.set(principal, (found = new Map()));
    let limits = found.get(endpoint);
    if (!limits) found.set(endpoint, (limits = this.#find(principal, endpoint)));
    return limits;
  }

  #find({ identity, limits: madeWith }: Principal, endpoint: LimitedEndpoint | undefined): RequestLimit[] {
    const { userId, keyId } = identity;
    const key = keyId === undefined ? undefined : merge(this.#of('key', keyId), madeWith);
    const user = merge(this.#of('user', userId), {
      requests_per_minute: key?.requests_per_minute ? undefined : this.#everybody.user.requests_per_minute,
      requests_per_hour: key?.requests_per_hour ? undefined : this.#everybody.user.requests_per_hour,
    });
    const limits: RequestLimit[] = [];
    add(limits, 'user', userId, user);
    if (keyId !== undefined) add(limits, 'key', keyId, merge(key, this.#everybody.key));
    // What keeps everybody out keeps no administrator from working on it.
    if (!endpoint || endpoint.access === 'admin') return limits;
    const name = endpointSubject(endpoint);
    add(limits, 'endpoint', name, merge(this.#of('endpoint', name), this.#everybody.endpoint));
    add(limits, 'global', everySubject, this.#everybody.global);
    return limits;
  }

  #of(scope: LimitScope, subject: string): RequestRates | undefined {
    return this.#set.get(nameOf(scope, subject));
  }
}

function merge(specific: RequestRates | undefined, general: RequestRates | undefined): RequestRates {
  return {
    requests_per_minute: specific?.requests_per_minute ?? general?.requests_per_minute,
    requests_per_hour: specific?.requests_per_hour ?? general?.requests_per_hour,
  };
}

function add(limits: RequestLimit[], scope: LimitScope, subject: string, rates: RequestRates): void {
  for (const { window, field, windowMs } of limitWindows) {
    const limit = rates[field];
    if (limit !== undefined) limits.push({ scope, window, key: `${scope}:${window}:${subject}`, limit, windowMs });
  }
}

function nameOf(scope: LimitScope, subject: string): string {
  return `${scope}:${subject}`;
}
